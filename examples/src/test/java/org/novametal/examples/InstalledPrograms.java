package org.novametal.examples;

import com.google.common.base.Splitter;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * The programs of this module in a folder, laid out as in a distribution: {@code bin} has the launchers, {@code etc} the
 * JVM's options, {@code lib} the classes of this build.
 *
 * @param home the folder
 */
public record InstalledPrograms(Path home) {
    /** Installs the programs into a new folder. */
    public static InstalledPrograms into(Path home) throws IOException {
        for (String folder : List.of("bin", "etc")) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                Files.createDirectories(home.resolve(folder));
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, home.resolve(folder).resolve(file.getFileName()));
                }
            }
        }
        Path lib = Files.createDirectories(home.resolve("lib"));
        List<String> libraries = new ArrayList<>();
        int number = 0;
        for (String word :
                Splitter.on(File.pathSeparatorChar).omitEmptyStrings().split(System.getProperty("java.class.path"))) {
            Path entry = Path.of(word);
            if (Files.isRegularFile(entry)) {
                libraries.add(entry.toUri().toString());
            } else if (Files.isDirectory(entry) && !entry.endsWith("test-classes")) {
                pack(entry, lib.resolve("classes-" + number++ + ".jar"));
            }
        }
        refer(libraries, lib.resolve("libraries.jar"));
        return new InstalledPrograms(home);
    }

    /** Makes an empty JAR file whose manifest names others, which are then on the class path too. */
    private static void refer(List<String> libraries, Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.CLASS_PATH, String.join(" ", libraries));
        try (OutputStream out = Files.newOutputStream(jar)) {
            new JarOutputStream(out, manifest).close();
        }
    }

    private static void pack(Path folder, Path jar) throws IOException {
        try (Stream<Path> files = Files.walk(folder);
                OutputStream out = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(out)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                packed.putNextEntry(new JarEntry(folder.relativize(file).toString()));
                Files.copy(file, packed);
                packed.closeEntry();
            }
        }
    }

    /** A program, ready to start: with this JVM, and no file outside the folder that it would write. */
    public ProcessBuilder program(String name, List<String> arguments) {
        Stream<String> words =
                Stream.concat(Stream.of(home.resolve("bin").resolve(name).toString()), arguments.stream());
        ProcessBuilder program = new ProcessBuilder(words.toList());
        program.environment()
                .putAll(Map.of(
                        "JAVA_HOME",
                        System.getProperty("java.home"),
                        "XDG_CACHE_HOME",
                        home.resolve("cache").toString()));
        return program;
    }
}
