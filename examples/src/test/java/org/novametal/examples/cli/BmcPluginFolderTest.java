package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.ChassisPower;
import org.novametal.examples.vendor.FakeOutletStrip;
import org.novametal.examples.vendor.OutletPlugin;

/** Uses the vendor's jar of {@code vendor-bmc} on the command line. */
class BmcPluginFolderTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    static Path work;

    @SuppressWarnings("NullAway.Init") // by buildPlugin
    private static Path plugins;

    private final FakeOutletStrip strip = new FakeOutletStrip(new BmcCredentials("admin", "s3cret"));
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeAll
    static void buildPlugin() throws IOException {
        plugins = OutletPlugin.build(work);
    }

    @BeforeEach
    void writePassword() throws IOException {
        Files.writeString(work.resolve("password"), "s3cret\n");
    }

    @AfterEach
    void stopStrip() {
        strip.close();
    }

    @Test
    void aVendorsMachineIsSwitchedWithoutAConfiguration() {
        assertThat(power("on", "--bmc-plugin-dir", plugins.toString()))
                .as(err.toString())
                .isZero();
        assertThat(strip.power()).isEqualTo(ChassisPower.ON);

        assertThat(power("status", "--bmc-plugin-dir", fromHere(plugins).toString()))
                .isZero();
        assertThat(out.toString()).contains("example-outlet://127.0.0.1:").contains(" on ");
    }

    @Test
    void theOptionCountsBeforeTheConfiguration() throws IOException {
        Path conf = Files.writeString(
                work.resolve("nova.conf"),
                "[baremetal]\nstate_path = /nowhere\ndhcp_dir = /nowhere\nbmc_plugin_dir = " + work.resolve("absent")
                        + "\n");

        assertThat(power("status", "--config-file", conf.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(work.resolve("absent").toString());
        assertThat(power("status", "--config-file", conf.toString(), "--bmc-plugin-dir", plugins.toString()))
                .isZero();
    }

    @Test
    void aFolderThatIsNoneIsRefused() {
        assertUsage("the BMC plug-in folder " + work.resolve("absent") + " does not exist", work.resolve("absent"));
        assertUsage(work.resolve("password") + " is not a folder", work.resolve("password"));
        assertUsage("--bmc-plugin-dir is empty", Path.of(""));
    }

    @Test
    void aVendorsSchemeWithoutItsFolderIsUnknown() {
        assertThat(power("status")).isEqualTo(2);
        assertThat(err.toString()).contains("no factory supports the scheme 'example-outlet'");
    }

    private void assertUsage(String said, Path pluginFolder) {
        err.getBuffer().setLength(0);
        assertThat(power("status", "--bmc-plugin-dir", pluginFolder.toString())).isEqualTo(2);
        assertThat(err.toString()).contains(said).doesNotContain("Exception");
    }

    private static Path fromHere(Path file) {
        return Path.of("").toAbsolutePath().relativize(file.toAbsolutePath());
    }

    private int power(String... words) {
        return NovaMetal.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Stream.concat(
                                Stream.of(
                                        "bmc",
                                        "power",
                                        "--user",
                                        "admin",
                                        "--password",
                                        "@" + work.resolve("password"),
                                        "--nodes",
                                        strip.address().toString(),
                                        "--timeout",
                                        "20"),
                                Stream.of(words))
                        .toArray(String[]::new));
    }
}
