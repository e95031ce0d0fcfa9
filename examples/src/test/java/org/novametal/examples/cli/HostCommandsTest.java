package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands for the operator of a compute host: config, doctor, select. */
class HostCommandsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeTheConfiguration() throws Exception {
        Path file = InventoryFixture.configuration(folder);
        Files.writeString(file, Files.readString(file) + """
                compute_driver = nova.virt.baremetal.driver.BareMetalDriver
                [database]
                connection = mysql+pymysql://nova:geheim@10.0.0.1/nova
                [compute_host]
                socket = %s
                """.formatted(folder.resolve("compute.sock")));
    }

    private int run(String... words) {
        return NovaMetal.commandLine(words)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(words);
    }

    private String file() {
        return folder.resolve("nova.conf").toString();
    }

    private void append(String text) throws Exception {
        Files.writeString(folder.resolve("nova.conf"), Files.readString(folder.resolve("nova.conf")) + text);
    }

    @Test
    void aConfigurationWithoutErrorsIsSaidToBeSo() {
        assertThat(run("config", "check", "--config-file", file()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("no errors");
    }

    @Test
    void allErrorsOfAllGroupsArePrintedWithFileAndLine() throws Exception {
        append("max_requests = none\n[baremetal]\npower_poll_interval = often\ncompute_driver = nova.Nothing\n");
        assertThat(run("config", "check", "--config-file", file())).isEqualTo(2);
        assertThat(err.toString())
                .contains("nova.conf:", "max_requests", "power_poll_interval", "compute_driver: 'nova.Nothing'");
    }

    @Test
    void anOptionIsPrintedWithItsPlaceAndASecretIsNot() {
        assertThat(run("config", "get", "baremetal", "power_poll_interval", "--config-file", file()))
                .isZero();
        assertThat(out.toString()).startsWith("0   (").contains("nova.conf:7");
        assertThat(run("config", "get", "database", "connection", "--config-file", file()))
                .isZero();
        assertThat(out.toString()).contains("***").doesNotContain("geheim");
        assertThat(run("config", "get", "baremetal", "nothing", "--config-file", file()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("[baremetal] nothing is not set");
    }

    @Test
    void theSampleHasBothGroups() {
        assertThat(run("config", "sample")).isZero();
        assertThat(out.toString()).contains("[baremetal]", "[compute_host]", "#max_requests = 1000");
    }

    @Test
    void withoutAConfigurationTheCommandsSayWhatToGive() {
        assertThat(run("config", "check")).isEqualTo(2);
        assertThat(run("doctor")).isEqualTo(2);
        assertThat(err.toString()).contains("--config-file");
    }

    private List<JsonNode> findings(String... more) throws Exception {
        List<String> words =
                new ArrayList<>(List.of("doctor", "--config-file", file(), "-f", "json", "--timeout", "10"));
        words.addAll(List.of(more));
        run(words.toArray(String[]::new));
        List<JsonNode> findings = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            findings.add(new JsonMapper().readTree(line));
        }
        return findings;
    }

    private static JsonNode about(List<JsonNode> findings, String subject) {
        return findings.stream()
                .filter(finding -> finding.path("subject").asText().equals(subject))
                .findFirst()
                .orElseThrow(() -> new AssertionError(subject + " is not among " + findings));
    }

    @Test
    void theDoctorNamesEachThingWithItsResult() throws Exception {
        InventoryFixture.enrol(folder, List.of(InventoryFixture.spec(7)));
        List<JsonNode> findings = findings("--python", "/nonexistent/python3");
        assertThat(about(findings, "configuration").path("result").asText()).isEqualTo("ok");
        assertThat(about(findings, "database and key").path("result").asText()).isEqualTo("ok");
        assertThat(about(findings, "deploy_kernel").path("result").asText()).isEqualTo("ok");
        // Nobody answers at that address.
        JsonNode bmc = about(findings, "BMC of node-7");
        assertThat(bmc.path("result").asText()).isEqualTo("error");
        assertThat(bmc.path("text").asText()).contains("127.0.0.1:20007").doesNotContain("secret-4711");
        assertThat(about(findings, "shim").path("result").asText()).isEqualTo("error");
        assertThat(about(findings, "Nova's [compute] update_resources_max_workers")
                        .path("text")
                        .asText())
                .contains("8 is recommended");
    }

    @Test
    void theDoctorReportsErrorsOfTheConfigurationOneALine() throws Exception {
        append("max_requests = none\nidle_timeout = long\n");
        List<JsonNode> findings = findings();
        assertThat(findings)
                .filteredOn(finding -> finding.path("subject").asText().equals("configuration"))
                .hasSize(2)
                .allMatch(finding -> finding.path("result").asText().equals("error"));
    }

    @Test
    void aHostThatDoesNotRunCannotBeAskedForANode() {
        assertThat(run("select", "--live", "--config-file", file())).isEqualTo(1);
        assertThat(err.toString()).contains("compute.sock", "is it running");
        assertThat(run("select", "--config-file", file())).isEqualTo(2);
    }
}
