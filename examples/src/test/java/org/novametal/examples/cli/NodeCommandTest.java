package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.store.FileHold;
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
    void aListBySummariesIsTheOneByWholeRecords() {
        List<String> filters = List.of(
                "--state=available", "--no-maintenance", "--resource-class=gold", "--rack=none", "--trait=CUSTOM_X");
        List<String> columns = NodeColumns.OF_SUMMARY.stream()
                .map(RowOutput.Column::name)
                .flatMap(name -> Stream.of("-c", name))
                .toList();
        for (String filter : filters) {
            for (String sort : List.of("--sort=name:desc", "--sort=memory_mb")) {
                List<String> command = new ArrayList<>(List.of("node", "list", filter, sort, "-f", "csv"));
                command.addAll(columns);
                assertThat(run(command.toArray(String[]::new))).isZero();
                String summaries = out.toString();
                out.getBuffer().setLength(0);
                command.addAll(List.of("-c", "bmc"));
                assertThat(run(command.toArray(String[]::new))).isZero();
                assertThat(out.toString().lines().map(line -> line.substring(0, line.lastIndexOf(','))))
                        .containsExactlyElementsOf(summaries.lines().toList());
                out.getBuffer().setLength(0);
            }
        }
    }

    @Test
    void onlyTheCommandThatTheArgumentsNameIsMadeAsItIsAmongAll() {
        CommandLine all = NovaMetal.commandLine();
        subcommand(all, "node").getSubcommands().forEach((name, command) -> {
            CommandLine one = NovaMetal.commandLine("node", name, "--help");
            assertThat(one.getSubcommands()).containsOnlyKeys("node");
            CommandLine node = subcommand(one, "node");
            assertThat(node.getSubcommands()).containsOnlyKeys(name);
            assertThat(subcommand(node, name).getUsageMessage()).isEqualTo(command.getUsageMessage());
        });
        for (String[] incomplete : List.of(new String[] {}, new String[] {"--help"}, new String[] {"nodes"})) {
            assertThat(NovaMetal.commandLine(incomplete).getSubcommands().keySet())
                    .isEqualTo(all.getSubcommands().keySet());
        }
        assertThat(subcommand(NovaMetal.commandLine("node", "lits"), "node").getSubcommands())
                .hasSameSizeAs(subcommand(all, "node").getSubcommands());
    }

    private static CommandLine subcommand(CommandLine parent, String name) {
        return Objects.requireNonNull(parent.getSubcommands().get(name));
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
        out.getBuffer().setLength(0);
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
        out.getBuffer().setLength(0);

        assertThat(run("node", "list", "-f", "json")).isZero();
        assertThat(lines()).hasSize(1);
    }

    @Test
    void nodesOfAFilterAreDeletedAfterADryRunAndOneThatIsHeldStays() throws Exception {
        assertThat(run("node", "set", "node-1", "node-2", "--rack", "7")).isZero();
        assertThat(run("node", "deploy", "node-2", "--image", "http://x/i", "--queue"))
                .isZero();
        out.getBuffer().setLength(0);
        assertThat(run("node", "delete", "--rack", "7", "--dry-run", "-f", "value", "-c", "name"))
                .isEqualTo(1);
        assertThat(out.toString().lines()).containsExactly("node-1", "node-2");
        assertThat(err.toString()).contains("node node-2 is").doesNotContain("node node-1");
        assertThat(run("node", "delete")).isEqualTo(2);

        assertThat(run("node", "delete", "--rack", "7")).isEqualTo(1);

        assertThat(err.toString()).contains("node-2");
        out.getBuffer().setLength(0);
        assertThat(run("node", "list", "-f", "value", "-c", "name")).isZero();
        assertThat(out.toString().lines()).containsExactly("node-10", "node-2");
    }

    @Test
    void withoutAHostAVerbIsRefusedWithTheChoice() {
        assertThat(run("node", "manage", "node-1")).isEqualTo(1);

        assertThat(err.toString())
                .contains("no compute host works on this inventory")
                .contains("--local, --queue");
    }

    @Test
    void aWaitThatEndsBeforeTheOperationIsExitOneWithAWord() throws Exception {
        assertThat(run("node", "manage", "node-1", "--queue", "--wait", "1", "-f", "json"))
                .isEqualTo(1);
        String operation = lines().getFirst().get("operation").asText();
        assertThat(err.toString())
                .contains("the manage of node-1 has not ended within 1 s and is not cancelled")
                .contains("operation show " + operation);

        assertThat(run("operation", "show", operation, "--wait", "1")).isEqualTo(1);
        assertThat(run("operation", "show", operation)).isZero();
    }

    @Test
    void aNegativeWaitIsRefusedBeforeAnythingIsRequested() throws Exception {
        assertThat(run("node", "manage", "node-1", "--queue", "--wait", "-1")).isEqualTo(2);

        assertThat(err.toString()).contains("--wait must be 0 or more seconds");
        assertThat(run("operation", "list", "node-1", "-f", "json")).isZero();
        assertThat(out.toString()).isEmpty();
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
    void anOperationWhoseHostIsGoneIsShownWithItsHolderAndReleased() throws Exception {
        InventoryFixture.beginCleanings(
                folder, List.of(InventoryFixture.spec(21), InventoryFixture.spec(22), InventoryFixture.spec(23)));
        assertThat(run("node", "show", "node-21", "-f", "json")).isZero();
        JsonNode held = lines().getFirst();
        assertThat(held.get("operation_kind").asText()).isEqualTo("manual-clean");
        assertThat(held.get("host_lives").asBoolean()).isFalse();
        assertThat(held.get("host").asText()).isEqualTo("rack-1");
        assertThat(held.get("host_boot_id").asText()).isEqualTo("boot-1");
        assertThat(held.get("since").asText()).isNotEmpty();
        assertThat(held.get("worked_seconds").asInt()).isZero();
        out.getBuffer().setLength(0);

        assertThat(run("operation", "release", "node-21", "-f", "json"))
                .as(err.toString())
                .isZero();
        JsonNode released = lines().getFirst();
        assertThat(released.get("status").asText()).isEqualTo("failed");
        assertThat(released.get("error").asText()).contains("was ended by user").contains("without being undone");
        assertThat(released.get("host").isNull()).isTrue();
        assertThat(run("operation", "release", "node-21")).isEqualTo(1);
        assertThat(err.toString()).contains("no operation works on it");
    }

    @Test
    void aDamagedNodeOrOperationIsNamedAndTheOthersAreListed() throws Exception {
        InventoryFixture.beginCleanings(folder, List.of(InventoryFixture.spec(21)));
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("state/nova-metal.db"));
                var statement = connection.createStatement()) {
            statement.execute("UPDATE nodes SET provision_state = 'a\u001b[2Jb' WHERE name = 'node-2'");
            statement.execute("UPDATE operations SET plan = '{', status = 'running'");
        }

        for (String column : List.of("state", "bmc")) {
            assertThat(run("node", "list", "-f", "csv", "-c", "name", "-c", column))
                    .isEqualTo(1);
            assertThat(out.toString())
                    .contains("node-1,", "node-10,", "node-21,")
                    .doesNotContain("node-2,");
            assertThat(err.toString())
                    .contains("node node-2 is damaged", "provision_state", "nova-metal database check")
                    .doesNotContain("\u001b");
            out.getBuffer().setLength(0);
            err.getBuffer().setLength(0);
        }
        assertThat(run("operation", "list", "node-21", "-f", "json")).isEqualTo(1);
        assertThat(err.toString()).contains("operation ", " is damaged", "the plan", "nova-metal database check");
        assertThat(run("operation", "list", "node-1", "-f", "json")).isZero();
    }

    @Test
    void anOperationThatNoHostWorksOnIsListedAndShownAsSuch() throws Exception {
        String operation = InventoryFixture.beginCleanings(folder, List.of(InventoryFixture.spec(21)))
                .getFirst();

        assertThat(run("operation", "list", "node-21")).isZero();
        assertThat(out.toString().lines().findFirst().orElseThrow()).contains("STATUS   HOST LIVES");
        assertThat(out.toString()).containsPattern("running +false");
        assertThat(err.toString())
                .contains("no host works on the manual-clean of node node-21")
                .contains("nova-metal operation show " + operation + " --local")
                .contains("nova-metal operation release node-21");
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);

        assertThat(run("operation", "show", operation, "-f", "json")).isZero();
        assertThat(lines().getFirst().get("host_lives").asBoolean(true)).isFalse();
        assertThat(err.toString()).contains("no host works on the manual-clean of node node-21");
    }

    @Test
    void anOperationWithoutHostGoesOnWhereItIsShownWithLocal() throws Exception {
        assertThat(run("node", "manage", "node-1", "--local", "-f", "json")).isZero();
        assertThat(run("node", "provide", "node-1", "--queue", "-f", "json")).isZero();
        String operation = lines().getLast().get("operation").asText();
        assertThat(err.toString())
                .contains("no host works on the provide of node node-1")
                .contains("operation cancel " + operation);
        err.getBuffer().setLength(0);

        // No BMC answers here, for which the operation waits longer than the command.
        assertThat(run("operation", "show", operation, "--local", "--wait", "15", "-f", "json"))
                .as(err.toString())
                .isEqualTo(1);

        assertThat(lines().getLast().get("status").asText()).isNotEqualTo("requested");
    }

    @Test
    void aSecondLocalCommandSaysWhatToDo() throws Exception {
        try (FileHold host = FileHold.of(folder.resolve("state/host.lock")).orElseThrow()) {
            assertThat(host).isNotNull();
            assertThat(run("node", "manage", "node-1", "--local")).isEqualTo(1);
        }

        assertThat(err.toString())
                .contains("a command with --local, works on state_path")
                .contains("leave out --local, so that the running host takes the request")
                .contains("wait until it has ended");
    }

    @Test
    void anInventoryWhoseKeyIsGoneIsNotCalledMissing() throws Exception {
        Files.delete(folder.resolve("state/secret.key"));

        assertThat(run("node", "list")).isEqualTo(1);

        assertThat(err.toString())
                .contains("nova-metal.db is there, but its key")
                .contains("put the key back")
                .doesNotContain("there is no inventory");
        assertThat(folder.resolve("state/secret.key")).doesNotExist();
    }

    @Test
    void anOperationThatWaitsIsShownWithItsPlaceInTheQueue() throws Exception {
        Files.writeString(folder.resolve("nova.conf"), "max_concurrent_cleans = 1\n", StandardOpenOption.APPEND);
        List<String> operations = InventoryFixture.beginCleanings(
                folder, List.of(InventoryFixture.spec(21), InventoryFixture.spec(22), InventoryFixture.spec(23)));

        assertThat(run("operation", "show", operations.get(2), "-f", "value", "-c", "waits_for"))
                .isZero();
        assertThat(run("operation", "show", operations.get(0), "-f", "value", "-c", "waits_for"))
                .isZero();

        assertThat(out.toString().lines()).containsExactly("place 2 of 2 in the queue of cleanings", "-");
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
        assertThat(run("node", "manage", "--state", "available", "--dry-run", "-f", "json"))
                .isZero();
        assertThat(lines()).hasSize(3);
        out.getBuffer().setLength(0);

        assertThat(run("operation", "list", "node-1", "-f", "json")).isZero();
        assertThat(out.toString()).isEmpty();
    }

    @Test
    void powerChangesAreRequestsThatAHostRuns() throws Exception {
        assertThat(run("node", "power", "off", "node-1")).isEqualTo(1);
        assertThat(err.toString()).contains("no compute host works on this inventory");
        out.getBuffer().setLength(0);

        assertThat(run("node", "power", "reboot", "--state", "available", "--queue", "-f", "json"))
                .as(err.toString())
                .isZero();
        assertThat(lines())
                .extracting(row ->
                        row.get("kind").asText() + " " + row.get("status").asText())
                .containsExactly("power requested", "power requested", "power requested");
        out.getBuffer().setLength(0);

        assertThat(run("node", "power", "on", "node-1", "--dry-run", "-f", "value", "-c", "name"))
                .isZero();
        assertThat(run("operation", "list", "node-1", "-f", "value", "-c", "kind"))
                .isZero();
        assertThat(out.toString().lines()).containsExactly("node-1", "power");
        out.getBuffer().setLength(0);

        assertThat(run("node", "power", "status", "node-1", "node-2", "-f", "value", "-c", "name", "-c", "power"))
                .isZero();
        assertThat(out.toString().lines()).containsExactly("node-1 unknown", "node-2 unknown");
    }

    @Test
    void aBootDeviceIsRequestedAndAnUnknownOneIsWrongUsage() throws Exception {
        assertThat(run("node", "boot-device", "set", "node-1", "--device", "floppy", "--queue"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("none, network, disk, cdrom, firmware-setup");

        assertThat(run(
                        "node",
                        "boot-device",
                        "set",
                        "node-1",
                        "--device",
                        "firmware-setup",
                        "--persistent",
                        "--queue",
                        "-f",
                        "json"))
                .as(err.toString())
                .isZero();
        assertThat(lines().getFirst().get("kind").asText()).isEqualTo("boot-device");
    }

    @Test
    void fieldsAreSetAndRemovedAtAllNodesOfAFilter() {
        assertThat(run("node", "set", "--state", "available", "--rack", "7", "--resource-class", "silver"))
                .as(err.toString())
                .isZero();
        out.getBuffer().setLength(0);
        assertThat(run("node", "list", "-f", "value", "-c", "rack", "-c", "resource_class"))
                .isZero();
        assertThat(out.toString().lines()).containsExactly("7 silver", "7 silver", "7 silver");

        assertThat(run("node", "unset", "node-1", "node-2", "--field", "rack", "--dry-run"))
                .isZero();
        assertThat(run("node", "unset", "node-1", "node-2", "--field", "rack")).isZero();
        assertThat(run("node", "unset", "node-1", "--field", "colour")).isEqualTo(2);
        assertThat(err.toString()).contains("--field colour is not a field; the fields are uuid, name");
        out.getBuffer().setLength(0);
        assertThat(run("node", "list", "-f", "value", "-c", "name", "-c", "rack"))
                .isZero();
        assertThat(out.toString().lines()).containsExactly("node-1 -", "node-10 7", "node-2 -");
    }

    @Test
    void withoutANameTheSmallestNodeThatFitsIsDeployedAndTheReasonIsGiven() throws Exception {
        assertThat(run(
                        "node",
                        "deploy",
                        "--image",
                        "http://x/i",
                        "--cpus",
                        "2",
                        "--memory-mb",
                        "2000",
                        "--resource-class",
                        "gold",
                        "--queue",
                        "-f",
                        "json"))
                .as(err.toString())
                .isZero();

        assertThat(lines().getFirst().get("node").asText()).isEqualTo("node-2");
        assertThat(err.toString())
                .contains("chose node-2 (2 cpus, 2048 MiB, 100 GiB, CUSTOM_GOLD): the smallest of 2 nodes that fit")
                .contains("the next is node-10 (10 cpus");
        out.getBuffer().setLength(0);

        assertThat(run("node", "deploy", "--image", "http://x/i", "--cpus", "2", "--dry-run", "-f", "json"))
                .isZero();
        assertThat(lines().getFirst().get("name").asText()).isEqualTo("node-10");
    }

    @Test
    void whereNoNodeFitsEachIsRefusedWithNumbers() {
        assertThat(run("node", "deploy", "--image", "http://x/i", "--memory-mb", "999999", "--queue"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("node-10: ram", "10240 MiB", "999999 MiB");

        assertThat(run("node", "deploy", "node-1", "--image", "http://x/i", "--cpus", "1", "--queue"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("do not name or select nodes too");
    }

    @Test
    void whatEachInterfaceLacksIsSaid() throws Exception {
        Files.delete(folder.resolve("deploy.ramdisk"));

        assertThat(run("node", "validate", "node-1", "-f", "json")).isEqualTo(1);

        List<JsonNode> rows = lines();
        assertThat(rows)
                .extracting(row -> row.get("interface").asText() + " "
                        + row.get("complete").asText())
                .containsExactly("power false", "boot false", "deploy false", "network true", "console false");
        assertThat(rows.get(1).get("missing").toString())
                .contains("deploy_ramdisk is " + folder.resolve("deploy.ramdisk") + ", which cannot be read");
        assertThat(rows.get(4).get("missing").toString()).contains("set it to sol");
    }

    @Test
    void aConsoleLogIsPrintedWithItsControlCharactersEscapedAndOnlyFromAnAllowedFolder() throws Exception {
        Path log = Files.writeString(folder.resolve("node-1.log"), "old\nlogin: \u001b[2J\n");
        assertThat(run("node", "set", "node-1", "--console-log", log.toString()))
                .isZero();
        assertThat(run("node", "console", "node-1")).isEqualTo(1);
        assertThat(err.toString()).contains("lies in none of console_folders");
        Files.writeString(
                folder.resolve("nova.conf"),
                Files.readString(folder.resolve("nova.conf")) + "console_folders = " + folder + "\n");
        out.getBuffer().setLength(0);

        assertThat(run("node", "console", "node-1", "--bytes", "12"))
                .as(err.toString())
                .isZero();

        assertThat(out.toString())
                .startsWith("login: ")
                .doesNotContain("\u001b")
                .contains("[2J");
        assertThat(run("node", "console", "node-2")).isEqualTo(1);
        assertThat(err.toString()).contains("node node-2 has no console_log");
        assertThat(run("node", "console", "node-1", "--take")).isEqualTo(2);
        assertThat(run("node", "console", "node-1", "--attach", "--follow")).isEqualTo(2);
    }

    @Test
    void theHistoryOfANodeIsShownTheNewestFirst() throws Exception {
        assertThat(run("node", "maintenance", "node-1", "--reason", "fan")).isZero();
        assertThat(run("node", "maintenance", "node-1", "--end")).isZero();
        out.getBuffer().setLength(0);

        assertThat(run("node", "history", "node-1", "--most", "1", "-f", "json"))
                .as(err.toString())
                .isZero();

        JsonNode entry = lines().getFirst();
        assertThat(entry.get("what").asText()).isEqualTo("maintenance");
        assertThat(entry.get("from").asText()).contains("fan");
        assertThat(run("node", "history", "node-1", "--most", "0")).isEqualTo(2);
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
