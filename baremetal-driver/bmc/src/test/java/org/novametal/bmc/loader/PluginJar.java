package org.novametal.bmc.loader;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;

/** Builds jars from sources, as a vendor's build would. */
final class PluginJar {
    private final Path workspace;
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, String> files = new LinkedHashMap<>();

    /** Creates an empty jar; classes are compiled in the workspace. */
    PluginJar(Path workspace) {
        this.workspace = workspace;
    }

    /** A jar with a plug-in's service file, and the factory {@code vendor.NAME} for the given schemes. */
    static PluginJar ofFactory(Path workspace, String name, String... schemes) {
        return new PluginJar(workspace).factory(name, "", schemes).service("vendor." + name);
    }

    /** Adds a factory whose constructor runs a statement. */
    PluginJar factory(String name, String inConstructor, String... schemes) {
        return source(name, """
                package vendor;

                import java.util.OptionalInt;
                import java.util.Set;
                import org.novametal.bmc.*;

                public final class NAME implements BmcFactory {
                    public NAME() {
                        CONSTRUCTOR
                    }

                    public Set<String> schemes() {
                        return Set.of(SCHEMES);
                    }

                    public OptionalInt defaultPort(String scheme) {
                        return OptionalInt.of(70);
                    }

                    public Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options) {
                        throw new BmcException(BmcException.Reason.REJECTED, "opened by NAME");
                    }

                    public void close() {
                        System.setProperty("vendor.NAME", "closed " + Seen.class.getSimpleName());
                    }

                    static final class Seen {}
                }
                """.replace("NAME", name)
                .replace("CONSTRUCTOR", inConstructor)
                .replace("SCHEMES", schemes.length == 0 ? "" : "\"" + String.join("\", \"", schemes) + "\""));
    }

    /** Adds a class of package {@code vendor}. */
    PluginJar source(String name, String text) {
        sources.put(name, text);
        return this;
    }

    /** Adds the service file that names the factories. */
    PluginJar service(String... classes) {
        files.put("META-INF/services/org.novametal.bmc.BmcFactory", String.join("\n", classes));
        return this;
    }

    /** Writes the jar, with the classes whose file name begins with one of the given names, or with all classes. */
    void write(Path jar, String... onlyClasses) throws IOException {
        Path classes = Files.createTempDirectory(workspace, "classes");
        compile(classes);
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> compiled = Files.walk(classes)) {
            for (Path file : compiled.filter(Files::isRegularFile).toList()) {
                String name = file.getFileName().toString();
                if (onlyClasses.length == 0 || Stream.of(onlyClasses).anyMatch(name::startsWith)) {
                    entries.putNextEntry(new JarEntry(classes.relativize(file).toString()));
                    Files.copy(file, entries);
                }
            }
            for (Map.Entry<String, String> file : files.entrySet()) {
                entries.putNextEntry(new JarEntry(file.getKey()));
                entries.write(file.getValue().getBytes(StandardCharsets.UTF_8));
            }
        }
    }

    private void compile(Path classes) throws IOException {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((name, text) -> units.add(new Source(name, text)));
        StringWriter messages = new StringWriter();
        try (StandardJavaFileManager manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            manager.setLocationFromPaths(StandardLocation.CLASS_OUTPUT, List.of(classes));
            if (!units.isEmpty()) {
                boolean compiled = compiler.getTask(messages, manager, null, List.of("-proc:none"), null, units)
                        .call();
                assertThat(compiled).as(messages.toString()).isTrue();
            }
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String name, String text) {
            super(URI.create("string:///vendor/" + name + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
