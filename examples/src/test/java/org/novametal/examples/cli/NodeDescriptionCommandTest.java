package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The commands that describe nodes: create, set, import, export, and the marks. */
class NodeDescriptionCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void configure() throws Exception {
        InventoryFixture.configuration(folder);
        Path password = Files.createFile(
                folder.resolve("password"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(password, "secret-4711\n");
    }

    @Test
    void aNodeIsCreatedAsEnrollWithAllItsFields() throws Exception {
        assertThat(create(
                        "node-1",
                        "--mac",
                        "52:54:00:00:00:02",
                        "--trait",
                        "CUSTOM_A",
                        "--capability",
                        "rack=7",
                        "--root-device",
                        "size=>= 400",
                        "--boot-mode",
                        "uefi",
                        "--secure-boot",
                        "on",
                        "--power-group",
                        "rack-7",
                        "--console-log",
                        "sol",
                        "--description",
                        "the first",
                        "-f",
                        "json"))
                .as(err.toString())
                .isZero();

        JsonNode row = json();
        assertThat(row.path("state").asText()).isEqualTo("enroll");
        assertThat(row.path("cpus").asInt()).isEqualTo(4);
        assertThat(row.path("traits").path(0).asText()).isEqualTo("CUSTOM_A");
        assertThat(row.path("capabilities").path("rack").asText()).isEqualTo("7");
        assertThat(row.path("root_device").path("size").asText()).isEqualTo(">= 400");
        assertThat(row.path("boot_mode").asText()).isEqualTo("uefi");
        assertThat(row.path("secure_boot").asText()).isEqualTo("on");
        assertThat(row.path("power_group").asText()).isEqualTo("rack-7");
        assertThat(row.path("console_log").asText()).isEqualTo("sol");
        assertThat(row.path("description").asText()).isEqualTo("the first");
        assertThat(out.toString() + err).doesNotContain("secret-4711");
        out.getBuffer().setLength(0);
        assertThat(run("operation", "list", "node-1", "-f", "json")).isZero();
        assertThat(out.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"enroll", "manageable", "available"})
    void aNodeIsCreatedInAnInitialState(String state) throws Exception {
        assertThat(create("node-1", "--initial-state", state, "-f", "json")).isZero();

        assertThat(json().path("state").asText()).isEqualTo(state);
    }

    @Test
    void verifyRequestsThatTheHostVerifiesAndCleansTheNode() throws Exception {
        assertThat(create("node-1", "--verify")).isZero();
        assertThat(out.toString()).contains("begins at the next start of the compute host");
        out.getBuffer().setLength(0);

        assertThat(run("operation", "list", "node-1", "-f", "json")).isZero();
        assertThat(json().path("kind").asText()).isEqualTo("enroll");
        assertThat(json().path("status").asText()).isEqualTo("requested");
        assertThat(create("node-2", "--verify", "--initial-state", "enroll")).isEqualTo(2);
    }

    @Test
    void allFaultsAreFoundAtOnceAndNothingIsCreated() {
        assertThat(run(
                        "node",
                        "create",
                        "bad name",
                        "--bmc",
                        "nonsense",
                        "--password",
                        "@" + folder.resolve("absent"),
                        "--cpus",
                        "many",
                        "--secure-boot",
                        "maybe",
                        "--extra",
                        "{",
                        "--root-device",
                        "colour=red",
                        "--initial-state",
                        "active"))
                .isEqualTo(2);

        assertThat(err.toString())
                .contains(
                        "nothing was changed",
                        "bmc.address",
                        "bmc.username",
                        "absent: there is no such file",
                        "cpus 'many' is not an integer",
                        "memory_mb is missing",
                        "local_gb is missing",
                        "--secure-boot 'maybe' is neither on nor off",
                        "--extra is not JSON",
                        "root_device.colour is not a hint",
                        "initial_state cannot be used: 'active' is not one of");
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void aCreatedNodeIsShownInFewLinesAndAsAWholeToPrograms() throws Exception {
        assertThat(create("node-1")).as(err.toString()).isZero();
        assertThat(out.toString().lines().map(line -> line.split(" ", 2)[0]))
                .containsExactly("FIELD", "name", "uuid", "state", "next");
        assertThat(out.toString()).contains("nova-metal node manage node-1");
        out.getBuffer().setLength(0);

        assertThat(create("node-2", "--bmc", "ipmi://127.0.0.1:20002", "-f", "json"))
                .as(err.toString())
                .isZero();
        assertThat(json().path("memory_mb").asInt()).isEqualTo(4096);
        assertThat(json().path("bmc").asText()).isEqualTo("ipmi://127.0.0.1:20002");
    }

    @Test
    void aBmcThatCannotBeOpenedIsRefusedWithTheSchemesThatCan() {
        assertThat(create("node-1", "--bmc", "ftp://10.0.0.1")).isEqualTo(2);

        assertThat(err.toString()).contains("bmc.address has the scheme 'ftp'").contains("supported are ipmi");
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void aNodeThatANewInventoryWouldRefuseMakesNone() throws Exception {
        Path file = Files.writeString(folder.resolve("twice.yaml"), """
                format: nova-metal-inventory
                version: 1
                nodes:
                - {name: n1, bmc: {address: "ipmi://127.0.0.1:1", username: admin, password: p},
                   cpus: 4, memory_mb: 4096, local_gb: 100, ports: [{mac: "52:54:00:00:07:03"}]}
                - {name: n2, bmc: {address: "ipmi://127.0.0.1:1", username: admin, password: p},
                   cpus: 4, memory_mb: 4096, local_gb: 100, ports: [{mac: "52:54:00:00:07:03"}]}
                """);
        assertThat(run("node", "import", file.toString())).isNotZero();
        assertThat(folder.resolve("state")).doesNotExist();

        Files.writeString(file, Files.readString(file).replace("{name: n2", "{nombre: n2"));
        assertThat(run("node", "import", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("nothing was imported");
        assertThat(folder.resolve("state")).doesNotExist();

        Files.writeString(file, Files.readString(file).replaceAll("(?m)^- .nombre[\\s\\S]*", ""));
        assertThat(run("node", "import", file.toString(), "--dry-run"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("create n1");
        assertThat(folder.resolve("state")).doesNotExist();

        assertThat(run("node", "import", file.toString())).as(err.toString()).isZero();
        assertThat(run("node", "show", "n1")).isZero();
    }

    @Test
    void aKeyThatCannotBeReadMakesNoInventory() throws Exception {
        Files.writeString(
                folder.resolve("nova.conf"),
                "secret_key = env:A_VARIABLE_THAT_IS_NOT_SET\n",
                java.nio.file.StandardOpenOption.APPEND);

        assertThat(create("node-1")).isEqualTo(1);

        assertThat(err.toString()).contains("A_VARIABLE_THAT_IS_NOT_SET is not set");
        assertThat(folder.resolve("state")).doesNotExist();
    }

    @Test
    void aNameWithControlCharactersIsAFaultAndNotPrinted() {
        assertThat(create("node\u001b[2J", "--trait", "x")).isEqualTo(2);

        assertThat(err.toString()).contains("control characters").doesNotContain("\u001b");
    }

    @Test
    void aNodeThatExistsIsNotCreatedAgain() {
        assertThat(create("node-1")).isZero();
        assertThat(create("node-1", "--cpus", "8")).isEqualTo(1);

        assertThat(err.toString()).contains("there is a node of this name or UUID already");
    }

    @Test
    void setChangesGivenFieldsAndKeepsTheOthers() throws Exception {
        create("node-1", "--capability", "a=1", "--capability", "b=2", "--trait", "CUSTOM_A", "--owner", "p1");
        assertThat(run(
                        "node",
                        "set",
                        "node-1",
                        "--name",
                        "renamed",
                        "--memory-mb",
                        "8192",
                        "--capability",
                        "c=3",
                        "--unset",
                        "capabilities.a",
                        "--unset",
                        "owner",
                        "--unset",
                        "traits.CUSTOM_A"))
                .as(err.toString())
                .isZero();
        out.getBuffer().setLength(0);

        assertThat(run("node", "list", "-f", "value", "-c", "capabilities", "-c", "root_device"))
                .isZero();
        assertThat(out.toString().strip()).isEqualTo("b=2,c=3 -");
        out.getBuffer().setLength(0);

        assertThat(run("node", "show", "renamed", "-f", "json")).isZero();
        JsonNode row = json();
        assertThat(row.path("memory_mb").asInt()).isEqualTo(8192);
        assertThat(row.path("cpus").asInt()).isEqualTo(4);
        assertThat(row.path("capabilities").toString()).isEqualTo("{\"b\":\"2\",\"c\":\"3\"}");
        assertThat(row.path("traits")).isEmpty();
        assertThat(row.path("owner").isNull()).isTrue();
    }

    @Test
    void portsThatStayKeepTheirValues() throws Exception {
        importText("""
                - {name: node-1, bmc: {address: "ipmi://127.0.0.1:20001", username: admin, password: p}, cpus: 1,
                   memory_mb: 1024, local_gb: 10, ports: [{mac: "52:54:00:00:00:01", vlan_id: 7}]}
                """);
        assertThat(run("node", "set", "node-1", "--mac", "52:54:00:00:00:01", "--mac", "52:54:00:00:00:09"))
                .as(err.toString())
                .isZero();
        out.getBuffer().setLength(0);

        assertThat(run("node", "export", "--format", "json")).isZero();
        JsonNode ports = new JsonMapper().readTree(out.toString()).at("/nodes/0/ports");
        assertThat(ports).hasSize(2);
        assertThat(ports.path(0).path("vlan_id").asInt()).isEqualTo(7);
    }

    @Test
    void aSetWithAFaultChangesNoNode() throws Exception {
        create("node-1");
        create("node-2", "--bmc", "ipmi://127.0.0.1:20002");
        err.getBuffer().setLength(0);
        assertThat(run("node", "set", "node-1", "--cpus", "0", "--unset", "colour", "--unset", "bmc.colour"))
                .isEqualTo(2);
        assertThat(err.toString())
                .contains("cpus", "--unset colour is not a field; the fields are uuid, name", "--unset bmc.colour");
        assertThat(run("node", "set", "node-1", "absent", "--cpus", "8")).isEqualTo(1);
        assertThat(run("node", "set", "node-1")).isEqualTo(2);
        assertThat(run("node", "set", "node-1", "--cpus", "8", "--dry-run")).isZero();
        out.getBuffer().setLength(0);

        run("node", "list", "-f", "value", "-c", "cpus");
        assertThat(out.toString().lines()).containsOnly("4");
    }

    @Test
    void anExportIsImportedAgainWithTheKeyOnly() throws Exception {
        create("node-1", "--trait", "CUSTOM_A");
        out.getBuffer().setLength(0);
        String key = folder.resolve("exchange.key").toString();
        assertThat(run("node", "export", "--key", key, "node-1")).isZero();
        Path file = Files.writeString(folder.resolve("export.yaml"), out.toString());
        assertThat(out.toString()).contains("CUSTOM_A").doesNotContain("secret-4711");

        assertThat(run("node", "import", file.toString(), "--key", key)).isZero();
        assertThat(err.toString()).contains("created 0, updated 0, unchanged 1");
        assertThat(run("node", "delete", "node-1")).isZero();
        assertThat(run("node", "import", file.toString())).isEqualTo(2);
        assertThat(err.toString()).contains("missing: node-1: bmc.password is sealed", "nothing was imported");
        assertThat(run("node", "import", file.toString(), "--key", folder + "/absent"))
                .isEqualTo(2);
        assertThat(folder.resolve("absent")).doesNotExist();
        assertThat(run("node", "import", file.toString(), "--key", key, "--dry-run"))
                .isZero();
        assertThat(err.toString()).contains("would create 1");
        assertThat(run("node", "import", file.toString(), "--key", key)).isZero();
        out.getBuffer().setLength(0);
        assertThat(run("node", "export", "absent")).isEqualTo(1);
        assertThat(run("node", "list", "-f", "value", "-c", "name")).isZero();
        assertThat(out.toString().strip()).isEqualTo("node-1");
    }

    @Test
    void onlyChosenNodesAreImported() throws Exception {
        Path file = Files.writeString(folder.resolve("two.yaml"), """
                format: nova-metal-inventory
                version: 1
                nodes:
                - {name: one, cpus: none}
                - {name: two, bmc: {address: "ipmi://127.0.0.1:20002", username: admin}, cpus: 1, memory_mb: 1024,
                   local_gb: 10, ports: [{mac: "52:54:00:00:00:02"}]}
                """);
        Path passwords = Files.writeString(folder.resolve("passwords.yaml"), """
                format: nova-metal-inventory
                version: 1
                nodes: [{name: two, bmc: {password: p}}]
                """);

        assertThat(run("node", "import", file.toString(), "--only", "three")).isEqualTo(2);
        assertThat(err.toString()).contains("--only: the files have no node three");
        assertThat(run("node", "import", file.toString(), "--only", "two", "--passwords", passwords.toString()))
                .as(err.toString())
                .isZero();
        assertThat(out.toString().strip()).isEqualTo("create two");
    }

    @Test
    void aFileThatCannotBeReadIsWrongUsage() throws Exception {
        Path latin = Files.write(folder.resolve("latin.yaml"), new byte[] {'a', (byte) 0xe4, 'b'});

        assertThat(run("node", "import", latin.toString())).isEqualTo(2);
        assertThat(run("node", "import", folder + "/absent.yaml")).isEqualTo(2);
        assertThat(run("node", "import", "-", "-")).isEqualTo(2);
        assertThat(err.toString()).contains("UTF-8", "there is no such file", "one standard input");
    }

    @Test
    void marksBeginAndEndAndSelectNodes() throws Exception {
        create("node-1", "--initial-state", "available");
        create("node-2", "--bmc", "ipmi://127.0.0.1:20002", "--initial-state", "available");
        assertThat(run("node", "retire", "node-1", "--reason", "old")).isZero();
        assertThat(run("node", "maintenance", "--retired", "--reason", "fan")).isZero();
        out.getBuffer().setLength(0);

        assertThat(run("node", "list", "--retired", "--maintenance", "--no-fault", "--no-protected", "-f", "json"))
                .isZero();
        assertThat(json().path("retired").asText()).isEqualTo("old");
        assertThat(json().path("maintenance").asText()).isEqualTo("fan");
        assertThat(json().path("maintenance_by").asText()).endsWith("by nova-metal");
        assertThat(json().path("fault").isNull()).isTrue();
        assertThat(run("node", "retire", "node-1", "--end")).isZero();
        assertThat(run("node", "protect", "node-1", "--reason", "x")).isEqualTo(1);
        assertThat(err.toString()).contains("node-1");
        assertThat(run("node", "fault", "--all", "--end")).isZero();
        assertThat(run("node", "fault", "--all")).isEqualTo(2);
        assertThat(run("node", "fault", "node-1", "--reason", "x")).isEqualTo(2);
        assertThat(run("node", "retire", "node-1", "--reason", " ")).isEqualTo(2);
        assertThat(run("node", "retire", "node-1", "--reason", "x", "--end")).isEqualTo(2);
        out.getBuffer().setLength(0);
        run("node", "list", "--no-retired", "-f", "value", "-c", "name");
        assertThat(out.toString().lines()).containsExactly("node-1", "node-2");
    }

    @Test
    void yamlIsAListOrOneObjectWithoutCharactersThatTerminalsObey() throws Exception {
        create("node-1", "--trait", "CUSTOM_A", "--extra", "{\"a\": 1}");
        out.getBuffer().setLength(0);

        assertThat(run("node", "list", "-f", "yaml", "-c", "name", "-c", "traits", "-c", "cpus"))
                .isZero();
        JsonNode list = new YAMLMapper().readTree(out.toString());
        assertThat(list.toString()).isEqualTo("[{\"name\":\"node-1\",\"traits\":[\"CUSTOM_A\"],\"cpus\":4}]");
        out.getBuffer().setLength(0);
        assertThat(run("node", "show", "node-1", "-f", "yaml")).isZero();
        assertThat(new YAMLMapper().readTree(out.toString()).path("cpus").asInt())
                .isEqualTo(4);

        for (String format : List.of("JSON", "YAML")) {
            StringWriter text = new StringWriter();
            RowOutput output = new RowOutput();
            new picocli.CommandLine(picocli.CommandLine.Model.CommandSpec.create()
                            .addMixin("output", picocli.CommandLine.Model.CommandSpec.forAnnotatedObject(output)))
                    .setCaseInsensitiveEnumValuesAllowed(true)
                    .parseArgs("-f", format);
            output.printOne(
                    new PrintWriter(text),
                    "a\u009b2J\u202eb",
                    List.of(new RowOutput.Column<>("x", java.util.Optional::of)));
            assertThat(text.toString()).doesNotContain("\u009b").doesNotContain("\u202e");
            assertThat(new YAMLMapper().readTree(text.toString()).path("x").asText())
                    .isEqualTo("a\u009b2J\u202eb");
        }
    }

    private int create(String name, String... more) {
        List<String> words = new ArrayList<>(List.of("node", "create", name));
        if (!List.of(more).contains("--bmc")) {
            words.addAll(List.of("--bmc", "ipmi://127.0.0.1:20001"));
        }
        if (!List.of(more).contains("--mac")) {
            words.addAll(List.of(
                    "--mac", "52:54:00:00:00:%02x".formatted(name.length() + name.charAt(name.length() - 1))));
        }
        if (!List.of(more).contains("--cpus")) {
            words.addAll(List.of("--cpus", "4"));
        }
        words.addAll(List.of("--user", "admin", "--password", "@" + folder.resolve("password")));
        words.addAll(List.of("--memory-mb", "4096", "--local-gb", "100"));
        words.addAll(List.of(more));
        return run(words.toArray(String[]::new));
    }

    private void importText(String nodes) throws Exception {
        Path file = Files.writeString(
                folder.resolve("nodes.yaml"), "format: nova-metal-inventory\nversion: 1\nnodes:\n" + nodes);
        assertThat(run("node", "import", file.toString())).as(err.toString()).isZero();
    }

    private JsonNode json() throws Exception {
        return new JsonMapper().readTree(out.toString());
    }

    private int run(String... arguments) {
        List<String> words = new ArrayList<>(List.of(arguments));
        words.add("--config-file");
        words.add(folder.resolve("nova.conf").toString());
        return NovaMetal.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words.toArray(String[]::new));
    }
}
