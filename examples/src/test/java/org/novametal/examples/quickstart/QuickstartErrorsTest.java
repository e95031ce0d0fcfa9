package org.novametal.examples.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.RandomAccessFile;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.novametal.examples.quickstart.QuickstartRun.Outcome;

@Execution(ExecutionMode.CONCURRENT)
class QuickstartErrorsTest {
    @TempDir
    Path folder;

    @Test
    void anUnknownDriverClassIsReportedWithItsPlaceAndTheNamesThatWork() throws Exception {
        Path conf = SampleFiles.novaConf(folder, "driver.BareMetalDriver\n", "driver.BareMetalDriverX\n", "");

        Outcome outcome = QuickstartRun.run(folder, "--config-file", conf.toString(), "-f", "json");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.error().required("code").asText()).isEqualTo("CONFIG_INVALID");
        assertThat(outcome.error().required("message").asText())
                .contains(
                        conf + ":" + SampleFiles.line(conf, "compute_driver"),
                        "[baremetal] compute_driver",
                        "'nova.virt.baremetal.driver.BareMetalDriverX'",
                        "nova.virt.baremetal.driver.BareMetalDriver",
                        "novametal.NovaMetalDriver");
    }

    @Test
    void anUnknownHostManagerIsReportedWithItsPlace() throws Exception {
        Path conf = SampleFiles.novaConf(folder, "BaremetalHostManager", "NoSuchHostManager", "");

        Outcome outcome = QuickstartRun.run(folder, "--config-file", conf.toString(), "-f", "json");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.error().required("message").asText())
                .contains(
                        conf + ":" + SampleFiles.line(conf, "scheduler_host_manager"),
                        "nova.scheduler.baremetal_host_manager.NoSuchHostManager",
                        "nova.scheduler.baremetal_host_manager.BaremetalHostManager");
    }

    @Test
    void aFileInPlaceOfTheFolderToKeepIsWrongUsage() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        Outcome outcome = QuickstartRun.run(
                folder,
                "--config-file",
                SampleFiles.novaConf(folder, "", "", "").toString(),
                "--keep",
                file.toString());

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errors())
                .contains("--keep " + file + " is not a folder")
                .doesNotContain("\tat ");
    }

    @Test
    void outputThatCannotBeWrittenFailsTheRun() throws Exception {
        Path errors = folder.resolve("errors");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Djava.io.tmpdir=" + folder,
                        "-cp",
                        System.getProperty("java.class.path"),
                        Quickstart.class.getName(),
                        "--config-file",
                        SampleFiles.novaConf(folder, "", "", "").toString(),
                        "-f",
                        "json",
                        "--nodes",
                        "1",
                        "--instances",
                        "1")
                .redirectOutput(Path.of("/dev/full").toFile())
                .redirectError(errors.toFile())
                .start();
        try {
            assertThat(process.waitFor(100, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isOne();
            assertThat(errors).content().contains("quickstart: the output could not be written");
        } finally {
            process.destroyForcibly();
        }
    }

    @Test
    void aMisspeltOptionIsReportedWithItsPlace() throws Exception {
        Path conf = SampleFiles.novaConf(folder, "", "", "http_lisen = 127.0.0.1:0\n");

        Outcome outcome = QuickstartRun.run(folder, "--config-file", conf.toString());

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.lines()).noneMatch(line -> line.contains("http_lisen"));
        assertThat(outcome.errors())
                .contains(
                        conf + ":" + SampleFiles.line(conf, "http_lisen"),
                        "http_lisen",
                        "http_listen",
                        "CONFIG_INVALID");
    }

    @Test
    void aFirewallDriverThatWouldHoldNothingBackIsRefused() throws Exception {
        Path conf = SampleFiles.novaConf(folder, "NoopFirewallDriver", "IptablesFirewallDriver", "");

        Outcome outcome = QuickstartRun.run(folder, "--config-file", conf.toString(), "-f", "json");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.error().required("message").asText())
                .contains(
                        conf + ":" + SampleFiles.line(conf, "firewall_driver"),
                        "IptablesFirewallDriver",
                        "NoopFirewallDriver");
    }

    @Test
    void aDriverThatCannotEnrolIsRefused() throws Exception {
        Path conf = SampleFiles.novaConf(
                folder,
                "nova.virt.baremetal.driver.BareMetalDriver",
                "org.novametal.driver.testing.InMemoryComputeDriverFactory",
                "");

        Outcome outcome = QuickstartRun.run(folder, "--config-file", conf.toString(), "-f", "json");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.error().required("code").asText()).isEqualTo("DRIVER_UNSUITABLE");
    }

    @Test
    void aConfigurationFileThatIsNotThereIsReportedByName() throws Exception {
        Outcome outcome = QuickstartRun.run(
                folder, "--config-file", folder.resolve("none.conf").toString(), "-f", "json");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.error().required("message").asText()).contains("none.conf");
    }

    @Test
    void optionsThatCannotBeAreRefusedInWords() throws Exception {
        Outcome outcome = QuickstartRun.run(folder, "--nodes", "0");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.errors()).contains("--nodes is 0; it must be 1 to 500");
        assertThat(outcome.lines()).isEmpty();
    }

    @Test
    void aFullFolderIsNotWrittenTo() throws Exception {
        Path kept = Files.createDirectory(folder.resolve("kept"));
        Files.writeString(kept.resolve("mine"), "mine");

        Outcome outcome = QuickstartRun.run(
                folder, "--config-file", SampleFiles.NOVA_CONF.toString(), "--keep", kept.toString(), "-f", "json");

        assertThat(outcome.exitCode()).isEqualTo(2);
        assertThat(outcome.error().required("code").asText()).isEqualTo("USAGE");
        assertThat(kept.toFile().list()).containsExactly("mine");
    }

    @Test
    void moreInstancesThanNodesIsReportedNodeByNodeBeforeAnythingIsTouched() throws Exception {
        Outcome outcome = QuickstartRun.run(
                folder,
                "--config-file",
                SampleFiles.NOVA_CONF.toString(),
                "--nodes",
                "2",
                "--instances",
                "3",
                "-f",
                "json");

        assertThat(outcome.exitCode()).isEqualTo(1);
        assertThat(outcome.error().required("code").asText()).isEqualTo("NO_VALID_HOST");
        assertThat(outcome.error().required("message").asText())
                .contains("fake-1: claimed", "fake-2: claimed", "none of 2 nodes");
        assertThat(outcome.events("state")).isEmpty();
    }

    @Test
    void anImageThatTheServerDoesNotHaveIsReportedAndAllIsUndone() throws Exception {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.start();
        try {
            Outcome outcome =
                    runWithImage("http://127.0.0.1:" + server.getAddress().getPort() + "/none.qcow2");

            assertThat(outcome.error().required("code").asText()).isEqualTo("IMAGE_UNACCEPTABLE");
            assertThat(outcome.error().required("message").asText()).contains("none.qcow2", "404");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anImageThatEndsTooSoonIsReportedAndAllIsUndone() throws Exception {
        byte[] half = new byte[1 << 20];
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2L * half.length);
            exchange.getResponseBody().write(half);
            // Closed before the answer is complete: the JDK's server then cuts the connection.
            exchange.close();
        });
        server.start();
        try {
            Outcome outcome =
                    runWithImage("http://127.0.0.1:" + server.getAddress().getPort() + "/half.raw");

            assertThat(outcome.error().required("message").asText()).contains("half.raw");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aFileThatIsNoImageIsReportedAndAllIsUndone() throws Exception {
        Path text = Files.writeString(folder.resolve("notes.txt"), "not a disk\n".repeat(100_000));

        Outcome outcome = runWithImage(text.toString());

        assertThat(outcome.error().required("code").asText()).isEqualTo("IMAGE_UNACCEPTABLE");
        assertThat(outcome.error().required("message").asText()).contains("notes.txt");
    }

    @Test
    void anImageLargerThanTheDiskIsReportedAndAllIsUndone() throws Exception {
        Path large = folder.resolve("large.raw");
        SampleImage.write(large);
        try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
            file.setLength((NodeSizes.DISK_GB + 1L) << 30);
        }

        Outcome outcome = runWithImage(large.toString());

        assertThat(outcome.error().required("code").asText()).isEqualTo("IMAGE_UNACCEPTABLE");
        assertThat(outcome.error().required("message").asText()).contains("large.raw");
    }

    private Outcome runWithImage(String image) throws Exception {
        Outcome outcome = QuickstartRun.run(
                folder,
                "--config-file",
                SampleFiles.NOVA_CONF.toString(),
                "--nodes",
                "2",
                "--instances",
                "1",
                "--image",
                image,
                "-f",
                "json");
        assertThat(outcome.exitCode()).as("%s", outcome).isEqualTo(1);
        assertThat(outcome.events("table").getLast().required("nodes"))
                .hasSize(2)
                .allSatisfy(node -> assertThat(node.required("state").asText()).isEqualTo("available"));
        return outcome;
    }
}
