package org.novametal.examples.vendor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.StandardLocation;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcContract;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcFactories;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.ChassisPower;

/** The vendor's jar of {@code vendor-bmc}, built outside the class path, found in a plug-in folder, and held to the contract. */
class VendorPluginTest extends BmcContract {
    /** Tests run in the module's folder. */
    private static final Path SOURCES = Path.of("vendor-bmc/src/main");

    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");

    @TempDir
    static Path work;

    private static BmcFactories factories;

    private final FakeOutletStrip strip = new FakeOutletStrip(ADMIN);

    @BeforeAll
    static void buildAndFind() throws IOException {
        Path classes = Files.createDirectory(work.resolve("classes"));
        compile(classes);
        Path plugins = Files.createDirectory(work.resolve("plugins"));
        try (OutputStream file = Files.newOutputStream(plugins.resolve("example-outlet.jar"));
                JarOutputStream jar = new JarOutputStream(file)) {
            addAll(jar, classes);
            addAll(jar, SOURCES.resolve("resources"));
        }
        factories = BmcFactories.load(List.of(), plugins);
    }

    @AfterAll
    static void closeFactories() {
        factories.close();
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

    @AfterEach
    void stop() {
        strip.close();
    }

    @Test
    void theVendorsClassesComeFromItsJarAlone() {
        Bmc bmc = open();

        assertThat(bmc.getClass().getName()).startsWith("com.example.outlet.");
        assertThat(bmc.getClass().getClassLoader()).isNotEqualTo(Bmc.class.getClassLoader());
        assertThat(Bmc.class.getClassLoader().getResource("com/example/outlet/OutletBmc.class"))
                .isNull();
    }

    @Test
    void theVendorsOwnCapabilityIsThere() throws Exception {
        strip.put(ChassisPower.ON);
        Bmc bmc = open();
        Class<? extends BmcCapability> current = bmc.getClass()
                .getClassLoader()
                .loadClass("com.example.outlet.OutletCurrent")
                .asSubclass(BmcCapability.class);

        BmcCapability found = bmc.capability(current).orElseThrow();

        assertThat(current.getMethod("readMilliamperes").invoke(found)).isEqualTo(870);
    }

    /** The contract asks a factory; what the folder gave is asked by address, as the driver does. */
    @Override
    protected BmcFactory factory() {
        return new BmcFactory() {
            @Override
            public Set<String> schemes() {
                return factories.schemes();
            }

            @Override
            public Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options) {
                return factories.open(address, credentials, options);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    protected BmcAddress address() {
        return addressAt(strip.port());
    }

    @Override
    protected BmcAddress addressAt(int port) {
        return BmcAddress.parse("example-outlet://127.0.0.1:" + port + "/3");
    }

    @Override
    protected BmcCredentials credentials() {
        return ADMIN;
    }

    @Override
    protected void putMachine(ChassisPower power) {
        strip.put(power);
    }

    @Override
    protected ChassisPower machinePower() {
        return strip.power();
    }

    @Override
    protected int machineBoots() {
        return strip.boots();
    }

    @Override
    protected int machineInterrupts() {
        return strip.interrupts();
    }

    @Override
    protected BootOverride machineBootOverride() {
        return strip.override();
    }

    @Override
    protected void forgetSessions() {
        strip.restart();
    }
}
