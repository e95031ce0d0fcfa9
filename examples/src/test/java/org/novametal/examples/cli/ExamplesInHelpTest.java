package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.NodeOperations.Request;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.model.NodeName;
import picocli.CommandLine;

/** Runs the example in the help of each command for nodes and operations, without a host. */
class ExamplesInHelpTest {
    private static final String EXAMPLE = "Example: nova-metal ";
    private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
    private static final Pattern OPERATION = Pattern.compile("(?<=operation (show|cancel) )[0-9a-f-]{36}");

    /** Verbs that a node with its initial state allows; the others are refused in words. */
    private static final Map<String, ProvisionState> STATES = Map.of(
            "manage", ProvisionState.ENROLL,
            "provide", ProvisionState.MANAGEABLE,
            "clean", ProvisionState.MANAGEABLE,
            "inspect", ProvisionState.MANAGEABLE,
            "adopt", ProvisionState.MANAGEABLE);

    /** Commands that a node without an instance refuses. */
    private static final List<String> REFUSED = List.of("rebuild", "undeploy", "rescue", "unrescue", "abort", "undo");

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void writeTheFilesThatTheExamplesName() throws Exception {
        InventoryFixture.configuration(folder);
        for (String name : List.of("bmc-password", "rescue-password")) {
            Files.createFile(
                    folder.resolve(name),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(folder.resolve(name), "secret-4711\n");
        }
        Files.writeString(folder.resolve("rack-7.yaml"), """
                format: nova-metal-inventory
                version: 1
                nodes:
                - {name: rack7-03, bmc: {address: "ipmi://127.0.0.1:20703", username: admin, password: p},
                   cpus: 4, memory_mb: 4096, local_gb: 100, ports: [{mac: "52:54:00:00:07:03"}]}
                """);
    }

    static List<String> examples() {
        List<String> found = new ArrayList<>();
        for (String group : List.of("node", "port", "operation")) {
            commands(group).values().forEach(command -> add(found, command));
        }
        return found;
    }

    /** Adds the example of a command, or those of the commands in a group. */
    private static void add(List<String> found, CommandLine command) {
        if (command.getSubcommands().isEmpty()) {
            found.add(example(command));
        } else {
            command.getSubcommands().values().forEach(one -> add(found, one));
        }
    }

    private static Map<String, CommandLine> commands(String group) {
        return Objects.requireNonNull(NovaMetal.commandLine().getSubcommands().get(group))
                .getSubcommands();
    }

    private static String example(CommandLine command) {
        return Arrays.stream(command.getCommandSpec().usageMessage().description())
                .filter(line -> line.startsWith(EXAMPLE))
                .findFirst()
                .map(line -> line.substring(EXAMPLE.length()))
                .orElseThrow(() ->
                        new AssertionError(command.getCommandSpec().qualifiedName() + " has no example in its help"));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void theExampleInAHelpRuns(String example) throws Exception {
        String verb = example.split(" ", 3)[1];
        // No BMC answers here.
        boolean isUnreachable = example.contains("boot-device show");
        ProvisionState state = verb.equals("cancel") || verb.equals("show")
                ? ProvisionState.MANAGEABLE
                : STATES.getOrDefault(verb, ProvisionState.AVAILABLE);
        InventoryFixture.enrol(
                folder,
                List.of(InventoryFixture.spec(7).toBuilder()
                        .macs(List.of("52:54:00:00:00:07", "52:54:00:00:70:07"))
                        .initialState(state)
                        .build()));
        String runnable = example;
        if (OPERATION.matcher(example).find()) {
            runnable = OPERATION.matcher(example).replaceFirst(requested().id().toString());
        }
        // Nobody runs the operations here, so that none ends.
        boolean isVerb = NodeVerb.ofName(verb).isPresent() || verb.equals("power") || verb.equals("boot-device");
        runnable = runnable.replace(" --wait 600", isVerb ? " --queue" : "");

        int code = run(words(runnable));

        if (verb.equals("protect")) {
            // No instance runs on the node.
            assertThat(code).as(err.toString()).isEqualTo(1);
            runnable = runnable.replace(" --dry-run", "");
            assertThat(run(words(runnable))).isEqualTo(1);
            assertThat(err.toString().lines()).hasSize(2).allMatch(line -> line.contains("cannot be protected"));
        } else if (REFUSED.contains(verb)) {
            assertThat(code).as(err.toString()).isEqualTo(1);
            assertThat(err.toString()).contains("node-7: the node is available; the verb " + verb + " is allowed in");
        } else if (verb.equals("validate")) {
            assertThat(code).as(err.toString()).isEqualTo(1);
            assertThat(out.toString()).contains("power", "a reading of the power");
        } else if (verb.equals("console")) {
            assertThat(code).as(err.toString()).isEqualTo(1);
            assertThat(err.toString()).contains("node node-7 has no console_log");
        } else if (verb.equals("release")) {
            assertThat(code).as(err.toString()).isEqualTo(1);
            assertThat(err.toString()).contains("no operation works on it");
        } else if (isUnreachable) {
            assertThat(code).as(err.toString()).isEqualTo(1);
            assertThat(err.toString()).contains("127.0.0.1:20007");
        } else {
            assertThat(code).as(err.toString()).isZero();
        }
        assertThat(out.toString() + err).doesNotContain("secret-4711");
    }

    @Test
    void eachVerbHasACommand() {
        assertThat(commands("node").keySet())
                .containsAll(Stream.of(NodeVerb.values()).map(NodeVerb::verb).toList());
    }

    private OperationRecord requested() {
        try (BareMetalInventory inventory =
                BareMetalInventory.open(InventoryFixture.options(folder), InstantSource.system(), Missing.REFUSE)) {
            return inventory
                    .operations()
                    .request(new Request(
                            new NodeName("node-7"), NodeVerb.PROVIDE, Map.of(), Map.of(), "a test", WithoutHost.QUEUE));
        }
    }

    private List<String> words(String line) {
        List<String> words = new ArrayList<>();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            String word = Optional.ofNullable(matcher.group(1)).orElse(matcher.group());
            String file = word.startsWith("@") ? word.substring(1) : word;
            boolean isFile = file.matches("nova\\.conf|rack-7\\.yaml|exchange\\.key|bmc-password|rescue-password");
            words.add(isFile ? word.replace(file, folder.resolve(file).toString()) : word);
        }
        return words;
    }

    private int run(List<String> words) {
        return NovaMetal.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words.toArray(String[]::new));
    }
}
