package org.novametal.bmc.loader;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novametal.bmc.BmcFailures.assertFails;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;

@Isolated("its plug-ins answer through system properties")
class BmcFactoriesTest {
    private static final BmcCredentials ANYBODY = new BmcCredentials("admin", "s3cret");

    @TempDir
    @Nullable
    Path directory;

    private Path workspace() {
        return Objects.requireNonNull(directory);
    }

    private Path folder() {
        return workspace().resolve("plugins");
    }

    @BeforeEach
    void makeFolder() throws IOException {
        Files.createDirectory(folder());
    }

    @AfterEach
    void forget() {
        List.of("vendor.One", "vendor.Two", "vendor.Three").forEach(System::clearProperty);
    }

    @Test
    void withoutPluginsThoseOfTheClassPathAreKnown() {
        try (BmcFactories factories = BmcFactories.load(List.of())) {
            assertThat(factories.schemes()).contains("ipmi");
            try (Bmc bmc = factories.open(BmcAddress.parse("ipmi://127.0.0.1"), ANYBODY, BmcOptions.DEFAULTS)) {
                assertThat(bmc.address().scheme()).isEqualTo("ipmi");
            }
        }
    }

    @Test
    void anEmptyFolderAddsNothing() {
        try (BmcFactories none = BmcFactories.load(List.of());
                BmcFactories factories = BmcFactories.load(List.of(), folder())) {
            assertThat(factories.schemes()).isEqualTo(none.schemes());
        }
    }

    @Test
    void everyJarAndEveryFolderOfJarsIsAPluginWithItsOwnClassLoader() throws IOException {
        PluginJar.ofFactory(workspace(), "One", "one").write(folder().resolve("a.jar"));
        Path two = Files.createDirectory(folder().resolve("two"));
        PluginJar.ofFactory(workspace(), "Two", "two", "two+tls").write(two.resolve("api.jar"), "Two.class");
        // The second jar contains the class that the plug-in's factory needs when it closes.
        new PluginJar(workspace()).factory("Two", "", "two").write(two.resolve("parts.jar"), "Two$Seen");
        Files.writeString(two.resolve("LICENSE"), "of the vendor");
        Files.writeString(folder().resolve("README"), "how these came here");

        try (BmcFactories factories = BmcFactories.load(List.of(), folder())) {
            assertThat(factories.schemes()).contains("ipmi", "one", "two", "two+tls");
            assertOpenedBy("One", factories, "one://host");
            assertOpenedBy("Two", factories, "two+tls://host");
        }

        assertThat(System.getProperty("vendor.One")).isEqualTo("closed Seen");
        assertThat(System.getProperty("vendor.Two")).isEqualTo("closed Seen");
    }

    @Test
    void pluginsDoNotSeeEachOther() throws IOException {
        PluginJar.ofFactory(workspace(), "One", "one").write(folder().resolve("one.jar"));
        new PluginJar(workspace())
                .factory("One", "", "one")
                .factory("Two", "new One();", "two")
                .service("vendor.Two")
                .write(folder().resolve("two.jar"), "Two");

        assertRefused("two.jar", "vendor.Two", "vendor/One");
        // The factory created before is closed again.
        assertThat(System.getProperty("vendor.One")).isEqualTo("closed Seen");
    }

    @Test
    void anUnknownSchemeNamesTheKnownOnes() throws IOException {
        PluginJar.ofFactory(workspace(), "One", "one").write(folder().resolve("one.jar"));
        try (BmcFactories factories = BmcFactories.load(List.of(), folder())) {
            assertFails(
                            Reason.UNSUPPORTED,
                            () -> factories.open(BmcAddress.parse("three://host"), ANYBODY, BmcOptions.DEFAULTS))
                    .hasMessageContainingAll("three", "ipmi", "one");
        }
    }

    @Test
    void twoFactoriesForOneSchemeAreRefusedAndNamed() throws IOException {
        PluginJar.ofFactory(workspace(), "One", "ours").write(folder().resolve("one.jar"));
        PluginJar.ofFactory(workspace(), "Two", "ours").write(folder().resolve("two.jar"));

        assertRefused("'ours'", "vendor.One", "one.jar", "vendor.Two", "two.jar", "remove one");
    }

    @Test
    void aPluginCannotTakeASchemeOfTheClassPath() throws IOException {
        PluginJar.ofFactory(workspace(), "One", "ipmi").write(folder().resolve("one.jar"));

        assertRefused("'ipmi'", "org.novametal.bmc.ipmi.IpmiBmcFactory", "on the class path", "vendor.One", "one.jar");
    }

    @Test
    void theCallersOwnComeFirstAndStayItsOwn() {
        OwnFactory own = new OwnFactory(Set.of("ipmi", "own"));

        try (BmcFactories factories = BmcFactories.load(List.of(own))) {
            assertThatThrownBy(() -> factories.open(BmcAddress.parse("ipmi://h"), ANYBODY, BmcOptions.DEFAULTS))
                    .hasMessage("opened by the caller's own");
        }

        assertThat(own.closed).isFalse();
        assertThatThrownBy(() -> BmcFactories.load(List.of(own, new OwnFactory(Set.of("own")))))
                .isInstanceOf(BmcPluginException.class)
                .hasMessageContainingAll("'own'", "handed in by the caller");
    }

    @Test
    void aFileThatIsNoJarIsNamed() throws IOException {
        Files.writeString(folder().resolve("broken.jar"), "half of a download");

        assertRefused(folder().resolve("broken.jar").toString(), "is not a jar", "move it out");
    }

    @Test
    void aJarWithoutAServiceFileIsNamed() throws IOException {
        new PluginJar(workspace()).factory("One", "", "one").write(folder().resolve("library.jar"));

        assertRefused("library.jar", "has no file META-INF/services/org.novametal.bmc.BmcFactory");
    }

    @Test
    void aServiceFileWithoutAFactoryInItsJarIsNamed() throws IOException {
        new PluginJar(workspace())
                .service("org.novametal.bmc.ipmi.IpmiBmcFactory")
                .write(folder().resolve("copy.jar"));

        assertRefused("copy.jar", "has no factory");
    }

    @Test
    void aClassThatIsNotThereIsNamed() throws IOException {
        new PluginJar(workspace()).service("vendor.Gone").write(folder().resolve("gone.jar"));

        assertRefused("gone.jar", "vendor.Gone", "not found", "use a release");
    }

    @Test
    void aClassWhoseSuperclassIsNotThereIsNamed() throws IOException {
        new PluginJar(workspace())
                .source("Base", "package vendor; public class Base {}")
                .source("Child", "package vendor; public class Child extends Base {}")
                .service("vendor.Child")
                .write(folder().resolve("half.jar"), "Child");

        assertRefused("half.jar", "vendor/Base", "use a release");
    }

    @Test
    void aClassThatIsNoFactoryIsNamed() throws IOException {
        new PluginJar(workspace())
                .source("Other", "package vendor; public class Other {}")
                .service("vendor.Other")
                .write(folder().resolve("other.jar"));

        assertRefused("other.jar", "vendor.Other", "not a subtype");
    }

    @Test
    void anExceptionInAConstructorIsNamed() throws IOException {
        new PluginJar(workspace())
                .factory("One", "if (true) throw new IllegalStateException(\"no licence\");", "one")
                .service("vendor.One")
                .write(folder().resolve("one.jar"));

        assertRefused("one.jar", "vendor.One", "no licence");
    }

    @Test
    void aFactoryWithoutASchemeOrWithOneThatIsNoneIsNamed() throws IOException {
        PluginJar.ofFactory(workspace(), "One").write(folder().resolve("one.jar"));
        assertRefused("one.jar", "vendor.One", "has the schemes []");
        // The factory was created, so it is closed.
        assertThat(System.getProperty("vendor.One")).isEqualTo("closed Seen");

        PluginJar.ofFactory(workspace(), "One", "Upper").write(folder().resolve("one.jar"));
        assertRefused("one.jar", "vendor.One", "has the schemes [Upper]", "lower case");
    }

    @Test
    void aFolderWithoutAJarIsNamed() throws IOException {
        Files.createDirectory(folder().resolve("nothing"));

        assertRefused("nothing", "folder without a jar");
    }

    @Test
    void aFolderThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> BmcFactories.load(List.of(), folder().resolve("none")))
                .isInstanceOf(BmcPluginException.class)
                .hasMessage("the BMC plug-in folder " + folder().resolve("none")
                        + " does not exist; create it, or name another");
    }

    @Test
    void aFileIsNoFolder() throws IOException {
        Path file = Files.writeString(folder().resolve("file"), "");

        assertThatThrownBy(() -> BmcFactories.load(List.of(), file))
                .isInstanceOf(BmcPluginException.class)
                .hasMessage("BMC plug-in folder " + file + " is not a folder; name the folder that contains the jars");
    }

    @Test
    void closedTheyOpenNothingMore() throws IOException {
        PluginJar.ofFactory(workspace(), "One", "one").write(folder().resolve("one.jar"));
        BmcFactories factories = BmcFactories.load(List.of(), folder());
        factories.close();
        System.clearProperty("vendor.One");

        factories.close();

        assertThat(System.getProperty("vendor.One")).as("not closed twice").isNull();
        assertFails(Reason.CLOSED, () -> factories.open(BmcAddress.parse("one://host"), ANYBODY, BmcOptions.DEFAULTS));
    }

    @ParameterizedTest
    @CsvSource({
        "ipmi://h:623, ipmi://h",
        "ipmi://h, ipmi://h",
        "ipmi://h:624, ipmi://h:624",
        "ipmitool+lan://h:623, ipmitool+lan://h",
        "redfish://h:443/redfish/v1/Systems/1, redfish://h/redfish/v1/Systems/1",
        "redfish+http://h:80, redfish+http://h",
        "redfish+http://h:443, redfish+http://h:443",
        "one://h:70, one://h",
        "portless://h:623, portless://h:623",
        "unknown://h:623, unknown://h:623"
    })
    void theDefaultPortOfASchemeCanBeLeftOut(String text, String canonical) throws IOException {
        PluginJar.ofFactory(workspace(), "One", "one").write(folder().resolve("one.jar"));
        List<BmcFactory> given = List.of(new OwnFactory(Set.of("portless")));
        try (BmcFactories factories = BmcFactories.load(given, folder())) {
            assertThat(factories.canonical(BmcAddress.parse(text))).hasToString(canonical);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "ipmi://h:623, ipmi://h",
        "ipmi://h, ipmi://h:623",
        "ipmi://h:624,",
        "redfish+https://[::1]/a, redfish+https://[::1]:443/a",
        "portless://h,",
        "portless://h:623,",
        "unknown://h,"
    })
    void theOtherSpellingHasTheDefaultPortWhereThisOneHasNone(String text, @Nullable String other) {
        try (BmcFactories factories = BmcFactories.load(List.of(new OwnFactory(Set.of("portless"))))) {
            assertThat(factories.otherSpelling(BmcAddress.parse(text)).map(BmcAddress::toString))
                    .isEqualTo(Optional.ofNullable(other));
        }
    }

    @Test
    void aFactoryWithAnImpossibleDefaultPortIsRefused() {
        OwnFactory odd = new OwnFactory(Set.of("odd"));
        odd.port = OptionalInt.of(70_000);

        assertThatThrownBy(() -> BmcFactories.load(List.of(odd)))
                .isInstanceOf(BmcPluginException.class)
                .hasMessageContainingAll("OwnFactory", "70000", "odd", "1 to 65535");
    }

    private void assertRefused(String... texts) {
        assertThatThrownBy(() -> BmcFactories.load(List.of(), folder()))
                .isInstanceOf(BmcPluginException.class)
                .hasMessageContainingAll(texts);
    }

    private static void assertOpenedBy(String name, BmcFactories factories, String address) {
        assertThatThrownBy(() -> factories.open(BmcAddress.parse(address), ANYBODY, BmcOptions.DEFAULTS))
                .hasMessage("opened by " + name);
    }

    private static final class OwnFactory implements BmcFactory {
        private final Set<String> schemes;
        private OptionalInt port = OptionalInt.empty();
        private boolean closed;

        OwnFactory(Set<String> schemes) {
            this.schemes = schemes;
        }

        @Override
        public Set<String> schemes() {
            return schemes;
        }

        @Override
        public OptionalInt defaultPort(String scheme) {
            return port;
        }

        @Override
        public Bmc open(BmcAddress address, BmcCredentials credentials, BmcOptions options) {
            throw new BmcException(Reason.REJECTED, "opened by the caller's own");
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
