package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.driver.model.NodeName;
import picocli.CommandLine;
import picocli.CommandLine.Model.PositionalParamSpec;

/** A node is named in one way everywhere: by its name or its UUID. */
class NamesAndUuidsTest {
    private static final NodeSpec NODE = InventoryFixture.spec(7);

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    @BeforeEach
    void enrol() throws Exception {
        InventoryFixture.configuration(folder);
        InventoryFixture.enrol(
                folder,
                List.of(
                        NODE,
                        InventoryFixture.spec(8).toBuilder()
                                .consoleLog(folder.resolve("state/console.log").toString())
                                .build()));
    }

    private CommandRun run(String... words) {
        return CommandRun.in(folder, words);
    }

    @Test
    void everyVerbTakesAUuidWhereItTakesAName() {
        String uuid = NODE.uuid().toString();
        for (List<String> verb : List.of(
                List.of("node", "show"),
                List.of("node", "history"),
                List.of("node", "export"),
                List.of("node", "power", "status"),
                List.of("operation", "list"),
                List.of("port", "list", "--node"))) {
            List<String> words = new ArrayList<>(verb);
            words.add(uuid);
            CommandRun ended = run(words.toArray(String[]::new));
            assertThat(ended.code()).as("%s: %s", words, ended.err()).isZero();
            assertThat(ended.err()).as("%s", words).doesNotContain("there is no node");
        }
        assertThat(run("node", "validate", uuid).out()).contains("power");
        assertThat(run("port", "list", "--node", uuid).out()).contains("node-7").doesNotContain("node-8");
        assertThat(run("node", "set", uuid, "--rack", "r1").out()).contains("node-7");
        assertThat(run("node", "maintenance", uuid, "--reason", "a look").out()).contains("node-7");
        assertThat(run("node", "manage", uuid, "--queue").out()).contains("node-7");
        assertThat(run("port", "create", uuid, "--mac", "52:54:00:00:99:07").out())
                .contains("node-7");
        // No BMC answers; the node was found nevertheless.
        assertThat(run("node", "boot-device", "show", uuid).err()).contains("127.0.0.1:20007");
        assertThat(run("bmc", "power", "status", "--timeout", "1", "--nodes", uuid)
                        .out())
                .contains("node-7");
        assertThat(run("operation", "release", uuid).err()).contains("node node-7: no operation works on it");
        assertThat(run("node", "console", uuid).err()).contains("node node-7 has no console_log");
        assertThat(run("node", "maintenance", uuid, "--end").out()).contains("node-7");
        assertThat(run("node", "delete", uuid.toUpperCase(Locale.ROOT)).out())
                .isEqualTo("node-7: deleted from the inventory\n");
    }

    @Test
    void aNodeWhoseNameIsTheUuidOfAnotherIsFoundByItsName() {
        InventoryFixture.enrol(
                folder,
                List.of(NodeSpec.builder(
                                new NodeName(NODE.uuid().toString()),
                                InventoryFixture.spec(9).bmc(),
                                InventoryFixture.spec(9).credentials())
                        .vcpus(9)
                        .memoryMb(1)
                        .localGb(1)
                        .macs(List.of("52:54:00:00:00:09"))
                        .build()));

        assertThat(run("node", "show", NODE.uuid().toString(), "-f", "value", "-c", "cpus")
                        .out())
                .isEqualTo("9\n");
    }

    @Test
    void aNodeThatIsUnknownIsNamedInOneWay() {
        for (String unknown : List.of("nosuch", "0b4b54ce-5d5c-4c3f-9a4f-3c1c4a0f5a11", "1-1-1-1-1")) {
            for (List<String> verb : List.of(
                    List.of("node", "show"),
                    List.of("node", "set", "--rack", "r1"),
                    List.of("node", "history"),
                    List.of("operation", "list"))) {
                List<String> words = new ArrayList<>(verb);
                words.add(unknown);
                assertThat(run(words.toArray(String[]::new)).err())
                        .as("%s", words)
                        .contains("there is no node named '" + unknown + "', and none with that UUID");
            }
        }
    }

    @Test
    void theHelpsDescribeANodeInOneWording() {
        List<String> wordings = new ArrayList<>();
        collect(NovaMetal.commandLine(), wordings);

        assertThat(wordings)
                .hasSizeGreaterThan(20)
                .allMatch(
                        text -> text.matches(
                                "(the node's name or UUID(; without one, all nodes)?|the nodes' names or UUIDs"
                                        + "|a BMC's address such as .* or a node's name or UUID in the inventory of --config-file)"));
    }

    private static void collect(CommandLine command, List<String> wordings) {
        for (PositionalParamSpec parameter : command.getCommandSpec().positionalParameters()) {
            if (parameter.paramLabel().equals("NODE")) {
                wordings.add(String.join(" ", parameter.description()));
            }
        }
        command.getSubcommands().values().forEach(child -> collect(child, wordings));
    }

    @Test
    void theExtraFieldsAreAColumn() {
        assertThat(run("node", "set", "node-7", "--extra", "{\"ticket\":{\"id\":42}}")
                        .code())
                .isZero();

        assertThat(run("node", "list", "-f", "value", "-c", "name", "-c", "extra")
                        .out()
                        .lines())
                .containsExactly("node-7 {\"ticket\":{\"id\":42}}", "node-8 -");
        assertThat(run("node", "list", "-f", "json", "-c", "extra")
                        .out()
                        .lines()
                        .findFirst())
                .contains("{\"extra\":{\"ticket\":{\"id\":42}}}");
        assertThat(run("node", "show", "node-7", "-f", "json").out()).contains("\"extra\":{\"ticket\":{\"id\":42}}");
    }

    @Test
    void theConsoleLogOfANodeIsFoundByUuid() throws Exception {
        Files.writeString(folder.resolve("state/console.log"), "");
        String uuid =
                run("node", "show", "node-8", "-f", "value", "-c", "uuid").out().strip();

        assertThat(run("node", "console", uuid).err()).doesNotContain("there is no node");
    }
}
