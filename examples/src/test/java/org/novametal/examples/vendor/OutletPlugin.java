package org.novametal.examples.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Builds the vendor's jar of {@code vendor-bmc} as a vendor would, outside the class path. */
public final class OutletPlugin {
    /** Tests run in the module's folder. */
    private static final Path SOURCES = Path.of("vendor-bmc/src/main");

    private OutletPlugin() {}

    /** Builds the jar in a workspace; returns the plug-in folder there that contains the jar. */
    public static Path build(Path workspace) throws IOException {
        Path classes = Files.createDirectory(workspace.resolve("classes"));
        compile(classes);
        Path plugins = Files.createDirectory(workspace.resolve("plugins"));
        try (OutputStream file = Files.newOutputStream(plugins.resolve("example-outlet.jar"));
                JarOutputStream jar = new JarOutputStream(file)) {
            addAll(jar, classes);
            addAll(jar, SOURCES.resolve("resources"));
        }
        return plugins;
    }

    private static void compile(Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8);
                Stream<Path> sources = Files.walk(SOURCES.resolve("java"))) {
            manager.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            List<Path> units =
                    sources.filter(file -> file.toString().endsWith(".java")).toList();
            boolean isCompiled = compiler.getTask(
                            messages,
                            manager,
                            null,
                            List.of("-proc:none", "-Xlint:all,-classfile", "-Werror"),
                            null,
                            manager.getJavaFileObjectsFromPaths(units))
                    .call();
            assertThat(isCompiled).as(messages.toString()).isTrue();
        }
    }

    private static void addAll(JarOutputStream jar, Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                jar.putNextEntry(new JarEntry(folder.relativize(file).toString()));
                Files.copy(file, jar);
            }
        }
    }
}
