package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands for nodes and operations, beside a host and without one. */
class NodeCommandTest {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void enrol() throws IOException {
        InventoryFixture.configuration(folder);
        InventoryFixture.enrol(
                folder, List.of(InventoryFixture.spec(1), InventoryFixture.spec(2), InventoryFixture.spec(10)));
    }

    @Test
    void nodesAreListedAsObjectsAndNoSecretIsAmongThem() throws Exception {
        assertThat(run("node", "list", "-f", "json")).isZero();

        List<JsonNode> rows = lines();
        assertThat(rows).hasSize(3);
        assertThat(rows.getFirst().get("name").asText()).isEqualTo("node-1");
        assertThat(rows.getFirst().get("state").asText()).isEqualTo("available");
        assertThat(rows.getFirst().get("cpus").asInt()).isEqualTo(1);
        assertThat(rows.getFirst().get("maintenance").isNull()).isTrue();
        assertThat(out.toString()).doesNotContain("secret-4711");
    }

    @Test
    void aTableHasTheUsualColumnsAndTheChosenOnesSortedByValue() {
        assertThat(run("node", "list", "-c", "name", "-c", "memory_mb", "--sort", "memory_mb:desc"))
                .isZero();

        assertThat(out.toString().lines())
                .containsExactly("NAME     MEMORY MB", "node-10  10240", "node-2   2048", "node-1   1024");
    }

    @Test
    void csvAndValuesAreForOtherPrograms() {
        assertThat(run("node", "list", "-f", "csv", "-c", "name", "-c", "traits"))
                .isZero();
        assertThat(out.toString()).isEqualTo("name,traits\r\nnode-1,\r\nnode-10,\r\nnode-2,\r\n");
        out.getBuffer().setLength(0);

        assertThat(run("node", "list", "-f", "value", "-c", "cpus", "--sort", "cpus"))
                .isZero();
        assertThat(out.toString().lines()).containsExactly("1", "2", "10");
    }

    @Test
    void aColumnThatDoesNotExistIsWrongUsageThatNamesThoseThatDo() {
        assertThat(run("node", "list", "-c", "colour")).isEqualTo(2);

        assertThat(err.toString()).contains("there is no column 'colour'; there are name, state, power");
    }

    @Test
    void aStateThatDoesNotExistIsWrongUsageAndNotAnEmptyList() {
        assertThat(run("node", "list", "--state", "cleanfailed")).isEqualTo(2);

        assertThat(err.toString()).contains("there is no state 'cleanfailed'; there are", "clean failed");
    }

    @Test
    void aNodeIsShownWithItsPorts() throws Exception {
        assertThat(run("node", "show", "node-2", "-f", "json")).isZero();

        assertThat(lines().getFirst().get("ports").get(0).asText()).isEqualTo("52:54:00:00:00:02");
        assertThat(run("node", "show", "node-3")).isEqualTo(1);
        assertThat(err.toString()).contains("there is no node named 'node-3'");
    }

    @Test
    void maintenanceHasAReasonAndEnds() throws Exception {
        assertThat(run("node", "maintenance", "node-1", "--reason", "fan")).isZero();
        assertThat(run("node", "list", "--maintenance", "-f", "value", "-c", "name", "-c", "maintenance"))
                .isZero();
        assertThat(out.toString().strip()).isEqualTo("node-1 fan");

        assertThat(run("node", "maintenance", "node-1", "--end")).isZero();
        out.getBuffer().setLength(0);
        assertThat(run("node", "list", "--maintenance", "-f", "json")).isZero();
        assertThat(out.toString()).isEmpty();
        assertThat(run("node", "maintenance", "node-1")).isEqualTo(2);
    }

    @Test
    void aDeletedNodeIsGone() throws Exception {
        assertThat(run("node", "delete", "node-1", "node-2")).isZero();

        assertThat(run("node", "list", "-f", "json")).isZero();
        assertThat(lines()).hasSize(1);
    }

    @Test
    void withoutAHostAVerbIsRefusedWithTheChoice() {
        assertThat(run("node", "manage", "node-1")).isEqualTo(1);

        assertThat(err.toString())
                .contains("no compute host works on this inventory")
                .contains("--local, --queue");
    }

    @Test
    void aQueuedVerbIsListedAndCancelled() throws Exception {
        assertThat(run("node", "manage", "node-1", "--queue", "-f", "json")).isZero();
        JsonNode queued = lines().getFirst();
        assertThat(queued.get("status").asText()).isEqualTo("requested");
        assertThat(queued.get("requested_by").asText()).endsWith("by nova-metal");
        out.getBuffer().setLength(0);

        assertThat(run("operation", "cancel", queued.get("operation").asText(), "-f", "json"))
                .isZero();
        assertThat(run("operation", "list", "node-1", "-f", "json")).isZero();
        assertThat(lines())
                .hasSize(2)
                .allSatisfy(row -> assertThat(row.get("status").asText()).isEqualTo("cancelled"));
    }

    @Test
    void whatTheNodeDoesNotAllowIsRefusedAndTheOthersAreRequested() throws Exception {
        assertThat(run("node", "manage", "node-1", "--local")).isZero();
        out.getBuffer().setLength(0);

        assertThat(run("node", "manage", "--all", "--queue", "-f", "json")).isEqualTo(1);
        assertThat(lines()).extracting(row -> row.get("node").asText()).containsExactly("node-10", "node-2");
        assertThat(err.toString()).contains("node-1: the node is manageable; the verb manage is allowed in");
    }

    @Test
    void aLocalHostRunsTheVerbToItsEnd() throws Exception {
        assertThat(run("node", "manage", "node-1", "--local", "-f", "json"))
                .as(err.toString())
                .isZero();

        assertThat(lines().getFirst().get("status").asText()).isEqualTo("succeeded");
        out.getBuffer().setLength(0);
        assertThat(run("node", "list", "--state", "manageable", "-f", "value", "-c", "name"))
                .isZero();
        assertThat(out.toString().strip()).isEqualTo("node-1");
    }

    @Test
    void theParametersOfAVerbAreOptionsAndCheckedByTheLibrary() throws Exception {
        assertThat(run("node", "deploy", "node-1", "--queue")).isEqualTo(2);
        assertThat(err.toString()).contains("--image");
        assertThat(run("node", "deploy", "node-1", "--queue", "--image", "http://x/i", "--on-failure", "never"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("neither undo nor keep");
        assertThat(run("node", "rescue", "node-1", "--queue", "--rescue-password", "secret"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("--rescue-password must be @FILE");

        assertThat(run("node", "deploy", "node-1", "--queue", "--image", "http://x/i", "-f", "json"))
                .as(err.toString())
                .isZero();
        assertThat(lines().getFirst().get("kind").asText()).isEqualTo("deploy");
    }

    @Test
    void nodesAreSelectedInOneWay() {
        assertThat(run("node", "clean")).isEqualTo(2);
        assertThat(run("node", "clean", "node-1", "--all")).isEqualTo(2);
        assertThat(err.toString()).contains("no node is selected", "selected in several ways");
    }

    @Test
    void aDryRunRequestsNothing() throws Exception {
        assertThat(run("node", "clean", "--state", "available", "--dry-run", "-f", "json"))
                .isZero();
        assertThat(lines()).hasSize(3);
        out.getBuffer().setLength(0);

        assertThat(run("operation", "list", "node-1", "-f", "json")).isZero();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void aShellCompletesTheCommands() {
        assertThat(NovaMetal.commandLine().setOut(new PrintWriter(out)).execute("generate-completion"))
                .isZero();

        assertThat(out.toString()).contains("maintenance", "--resource-class");
    }

    @Test
    void aConfigurationWithoutInventoryIsRefusedAndNoneIsCreated() throws IOException {
        Path other = Files.writeString(
                folder.resolve("other.conf"),
                Files.readString(folder.resolve("nova.conf")).replace("/state", "/other"));

        assertThat(NovaMetal.commandLine()
                        .setErr(new PrintWriter(err))
                        .execute("node", "list", "--config-file", other.toString()))
                .isEqualTo(1);

        assertThat(err.toString()).contains("there is no inventory");
        assertThat(folder.resolve("other")).doesNotExist();
    }

    private List<JsonNode> lines() throws Exception {
        return out.toString().lines().map(NodeCommandTest::read).toList();
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new AssertionError(line, e);
        }
    }

    private int run(String... arguments) {
        CommandLine program =
                NovaMetal.commandLine().setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return program.execute(Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--config-file", folder.resolve("nova.conf").toString()))
                .toArray(String[]::new));
    }
}
