package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.SilentPort;
import org.novametal.driver.model.NodeName;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;
import org.novametal.fake.FakeRack;
import org.novametal.fake.FakeRackSettings;

@Execution(ExecutionMode.CONCURRENT)
class PowerCommandTest {
    private static final String PASSWORD = "correct horse";

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @SuppressWarnings("NullAway.Init") // by startRack
    private FakeRack rack;

    @BeforeEach
    void startRack() throws IOException {
        allow(Files.writeString(folder.resolve("password"), PASSWORD + "\n"), "rw-------");
        rack = FakeRack.start(new FakeRackSettings(
                3,
                0,
                new BmcCredentials("admin", PASSWORD),
                folder.resolve("state"),
                folder.resolve("dhcp"),
                folder.resolve("log"),
                1 << 20));
    }

    @AfterEach
    void stopRack() {
        rack.close();
    }

    @Test
    void statusOfAFileOfNodesIsOneObjectALine() throws Exception {
        rack.slots().get(1).machine().control(PowerAction.ON);

        int code = run("status", "--nodes", nodesFile().toString(), "-f", "json");

        assertThat(err.toString()).isEmpty();
        assertThat(code).isZero();
        assertThat(lines())
                .extracting(line ->
                        line.path("node").asText() + " " + line.path("power").asText())
                .containsExactlyInAnyOrder("fake-1 off", "fake-2 on", "fake-3 off");
        assertThat(lines())
                .allSatisfy(line -> assertThat(line.path("event").asText()).isEqualTo("power"));
    }

    @Test
    void aPasswordFileThatEveryUserMayReadIsWarnedOfOnce() throws Exception {
        allow(folder.resolve("password"), "rw-r--r--");

        assertThat(run("status", "--nodes", nodesFile().toString(), "-f", "json"))
                .isZero();

        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains("warning", "every user", "chmod 600 " + folder.resolve("password"));
        assertThat(lines()).hasSize(3);
    }

    @Test
    void onOffCycleAndSoftReallySwitch() throws Exception {
        String nodes = nodesFile().toString();
        for (String verb : List.of("on", "cycle", "off", "on")) {
            assertThat(run(verb, "--nodes", nodes)).as(verb).isZero();

            assertThat(rack.slots())
                    .allSatisfy(slot -> assertThat(slot.machine().isOn()).isEqualTo(!verb.equals("off")));
            assertThat(out.toString()).contains("fake-1").contains("NODE").doesNotContain("unknown");
        }
    }

    @Test
    void helpShowsAnOrderThatWorks() {
        StringWriter help = new StringWriter();

        NovaMetal.commandLine().setOut(new PrintWriter(help)).execute("bmc", "power", "--help");

        assertThat(help.toString())
                .contains("nova-metal bmc power status|on|off|cycle|soft --nodes=")
                .doesNotContain("[status");
    }

    @Test
    void machinesAreSwitchedOnOneAfterTheOther() throws Exception {
        long begun = System.nanoTime();

        assertThat(run("on", "--nodes", nodesFile().toString(), "--on-rate", "2"))
                .isZero();

        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .as("three machines, half a second between two")
                .isGreaterThan(Duration.ofSeconds(1));
        assertThat(rack.slots())
                .allSatisfy(slot -> assertThat(slot.machine().isOn()).isTrue());
    }

    @Test
    void toldToEndItFinishesWhatItBeganAndNamesTheRest() throws Exception {
        endAfterItsFirstLine(
                "cycle", "--on-rate", "1", "-f", "json", "--nodes", nodesFile().toString());

        assertThat(Files.readString(folder.resolve("errors"))).contains("signal to end");
        assertThat(lines()).hasSize(3);
        assertThat(lines().getFirst().path("power").asText()).isEqualTo("on");
        assertThat(lines().getLast().path("error").path("message").asText()).contains("not started");
        Set<String> told = lines().stream()
                .filter(line -> line.path("power").asText().equals("on"))
                .map(line -> line.path("node").asText())
                .collect(Collectors.toSet());
        assertThat(rack.slots())
                .as("the machines that are on are those that are said to be")
                .allSatisfy(slot -> assertThat(slot.machine().isOn())
                        .isEqualTo(told.contains(slot.machine().settings().name())));
    }

    @Test
    void aStatusThatIsToldToEndNamesWhatItHasNotRead() throws Exception {
        try (SilentPort silent = SilentPort.open()) {
            Path nodes = nodesFile();
            Files.writeString(
                    nodes,
                    Files.readString(nodes) + "{\"name\":\"silent\",\"bmc\":\"ipmi://127.0.0.1:" + silent.port()
                            + "\"}\n");

            endAfterItsFirstLine("status", "--timeout", "1000", "-f", "json", "--nodes", nodes.toString());
        }

        assertThat(Files.readString(folder.resolve("errors"))).contains("signal to end");
        assertThat(lines())
                .extracting(line -> line.path("node").asText())
                .containsExactlyInAnyOrder("fake-1", "fake-2", "fake-3", "silent");
        JsonNode silent = lines().getLast();
        assertThat(silent.path("node").asText()).isEqualTo("silent");
        assertThat(silent.path("power").asText()).isEqualTo("unknown");
        assertThat(silent.path("error").path("message").asText()).contains("signal to end", "not read");
    }

    /** Runs the command in a separate process. */
    private ProcessBuilder program(String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                NovaMetal.class.getName(),
                "bmc",
                "power",
                "--user",
                "admin",
                "--password",
                "@" + folder.resolve("password")));
        command.addAll(List.of(words));
        return new ProcessBuilder(command)
                .redirectError(folder.resolve("errors").toFile());
    }

    /** Runs the command, sends SIGTERM when it has printed a line, and collects its output. */
    private void endAfterItsFirstLine(String... words) throws IOException, InterruptedException {
        Process program = program(words).start();
        try (BufferedReader output = program.inputReader()) {
            out.write(output.readLine() + "\n");
            program.toHandle().destroy();
            output.lines().forEach(line -> out.write(line + "\n"));
            assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).as("ended by SIGTERM").isEqualTo(128 + 15);
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void outputThatIsNotWrittenFailsTheCommand() throws Exception {
        PrintWriter full = new PrintWriter(new Writer() {
            @Override
            public void write(char[] text, int offset, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        });

        int code = NovaMetal.commandLine()
                .setOut(full)
                .setErr(new PrintWriter(err, true))
                .execute(
                        "bmc",
                        "power",
                        "status",
                        "--nodes",
                        nodesFile().toString(),
                        "--user",
                        "admin",
                        "--password",
                        "@" + folder.resolve("password"));

        assertThat(code).isOne();
        assertThat(err.toString()).contains("could not be written");
    }

    @Test
    void theProgramsOwnOutputThatIsNotWrittenFailsIt() throws Exception {
        Process program = program("status", "--nodes", nodesFile().toString())
                .redirectOutput(Path.of("/dev/full").toFile())
                .start();
        try {
            assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isOne();
        } finally {
            program.destroyForcibly();
        }
        assertThat(Files.readString(folder.resolve("errors"))).contains("could not be written");
    }

    @Test
    void softCutsThePowerOfAMachineWithoutAnOperatingSystemAndSaysSo() throws Exception {
        rack.slots().forEach(slot -> slot.machine().control(PowerAction.ON));

        assertThat(run("soft", "--nodes", nodesFile().toString(), "--soft-timeout", "1", "-f", "json"))
                .isZero();

        assertThat(rack.slots())
                .allSatisfy(slot -> assertThat(slot.machine().isOn()).isFalse());
        assertThat(lines())
                .allSatisfy(line -> assertThat(line.path("note").asText()).contains("cut"));
    }

    @Test
    void aMachineThatIgnoresItsBmcIsNotDoneAndNotRefused() throws Exception {
        rack.slots().forEach(slot -> slot.fakeBmc().setFaults(FakeFaults.of(FakeFault.POWER_IGNORED)));

        assertThat(run("on", "--nodes", nodesFile().toString(), "--timeout", "1", "-f", "json"))
                .isOne();

        assertThat(lines()).hasSize(3).allSatisfy(line -> {
            assertThat(line.path("error").path("code").asText()).isEqualTo("NOT_DONE");
            assertThat(line.path("error").path("message").asText())
                    .contains("it accepted ON", "after 1 s", "still OFF");
        });
    }

    @Test
    void anAddressIsEnough() {
        int code = run("status", "--nodes", rack.slots().getFirst().bmc().toString());

        assertThat(code).isZero();
        assertThat(out.toString()).contains("off");
    }

    @Test
    void nodesMayComeThroughAPipe() throws Exception {
        Process program = program("status", "--nodes", "/dev/stdin").start();
        try (BufferedReader output = program.inputReader()) {
            try (Writer input = program.outputWriter()) {
                input.write(Files.readString(nodesFile()));
            }

            assertThat(output.lines()).anyMatch(line -> line.startsWith("fake-3 "));
            assertThat(program.waitFor()).isZero();
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void aNodeOfTheInventoryIsFoundByItsName() throws Exception {
        Path conf = inventoryWith("metal-0");

        assertThat(command("status", "--config-file", conf.toString(), "--nodes", "metal-0"))
                .isZero();
        assertThat(out.toString()).contains("metal-0").contains("off");

        assertThat(command("status", "--config-file", conf.toString(), "--nodes", "metal-9"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("metal-9");
    }

    @Test
    void aConfigurationWithoutAnInventoryMakesNone() throws Exception {
        Path state = folder.resolve("nothing-here");
        Path conf = conf(state);

        assertThat(command("status", "--config-file", conf.toString(), "--nodes", "metal-0"))
                .isEqualTo(2);

        assertThat(err.toString()).contains(state.toString());
        assertThat(state).doesNotExist();
    }

    @Test
    void oneThatDoesNotAnswerIsUnknownAndFailsTheCommand() throws Exception {
        Path file = nodesFile();
        Files.writeString(file, Files.readString(file) + "{\"name\":\"gone\",\"bmc\":\"ipmi://127.0.0.1:1\"}\n");

        int code = run("status", "--nodes", file.toString(), "-f", "json", "--timeout", "2");

        assertThat(code).isEqualTo(1);
        JsonNode gone = lines().stream()
                .filter(line -> line.path("node").asText().equals("gone"))
                .findFirst()
                .orElseThrow();
        assertThat(gone.path("power").asText()).isEqualTo("unknown");
        assertThat(gone.path("error").path("code").asText()).isEqualTo("UNREACHABLE");
        assertThat(lines()).hasSize(4);
    }

    @Test
    void aByteOrderMarkAtTheBeginningOfAFileIsNotPartOfIt() throws Exception {
        Path marked = Files.writeString(folder.resolve("marked"), "\ufeff" + Files.readString(nodesFile()));
        Path secret = Files.writeString(folder.resolve("marked-password"), "\ufeff" + PASSWORD + "\n");
        allow(secret, "rw-------");

        assertThat(run("status", "--nodes", marked.toString(), "--password", "@" + secret))
                .isZero();
    }

    @Test
    void wrongUseSaysWhatAndWhere() throws Exception {
        Path broken = Files.writeString(folder.resolve("broken"), "{\"name\":\"a\",\"bmc\":\"ipmi://h\"}\nnonsense\n");

        assertUsage("line 2", "status", "--nodes", broken.toString());
        assertUsage("neither a file nor", "status", "--nodes", "metal-0");
        Path twoInOne = Files.writeString(
                folder.resolve("two"), "{\"name\":\"a\",\"bmc\":\"ipmi://h\"} {\"name\":\"b\",\"bmc\":\"ipmi://i\"}\n");
        assertUsage("line 1 is not one JSON object", "status", "--nodes", twoInOne.toString());
        Path number = Files.writeString(folder.resolve("number"), "{\"bmc\":\"ipmi://h\",\"password\":9}\n");
        assertUsage("\"password\" is not text", "status", "--nodes", number.toString());
        Path unnamed = Files.writeString(folder.resolve("unnamed"), "{\"name\":\"\",\"bmc\":\"ipmi://h\"}\n");
        assertUsage("\"name\" is empty", "status", "--nodes", unnamed.toString());
        Path escape = Files.writeString(
                folder.resolve("escape"),
                "{\"name\":\"a\",\"bmc\":\"ipmi://h\"}\n{\"name\":\"\\u001b[2J\",\"bmc\":\"ipmi://i\"}\n");
        assertUsage("line 2: its \"name\" has control characters", "status", "--nodes", escape.toString());
        Path twoNames = Files.writeString(
                folder.resolve("two-names"),
                "{\"name\":\"a\",\"bmc\":\"ipmi://h\"}\n{\"name\":\"b\",\"bmc\":\"ipmi://H:623/\"}\n");
        assertUsage("BMC ipmi://h:623 twice, as a and b", "cycle", "--nodes", twoNames.toString());
        assertUsage(
                "no such file", "status", "--nodes", nodesFile().toString(), "--password", "@" + folder + "/absent");
        Path bytes = Files.write(folder.resolve("bytes"), new byte[] {(byte) 0xFF});
        assertUsage("not text in UTF-8", "status", "--nodes", nodesFile().toString(), "--password", "@" + bytes);
        assertUsage("more than 16 MiB", "status", "--nodes", "/dev/zero");
        assertUsage("more than 16 MiB", "status", "--nodes", "ipmi://h", "--password", "@/dev/zero");
        assertUsage("more than 16 MiB", "status", "--nodes", "metal-0", "--config-file", "/dev/zero");
        assertUsage("neither a file nor", "status", "--nodes", "metal\0-0");
        assertUsage("cannot be the name of a file", "status", "--nodes", "ipmi://h", "--password", "@pass\0word");
        assertUsage("--on-rate is -1", "on", "--nodes", nodesFile().toString(), "--on-rate", "-1");
        assertUsage("say status, on, off, cycle or soft before --nodes", "--nodes", "ipmi://h", "status");
        assertUsage("blink", "blink", "--nodes", nodesFile().toString());
        assertUsage("quantum", "status", "--nodes", "quantum://h");
        assertUsage(
                "twice",
                "status",
                "--nodes",
                nodesFile().toString(),
                nodesFile().toString());
        assertUsage(
                "@FILE",
                "--password",
                PASSWORD,
                "status",
                "--nodes",
                nodesFile().toString());
        assertThat(command("status", "--nodes", "ipmi://127.0.0.1")).isEqualTo(2);
        assertThat(err.toString()).contains("--user").doesNotContain(PASSWORD);
    }

    private void assertUsage(String said, String... words) {
        err.getBuffer().setLength(0);
        assertThat(run(words)).isEqualTo(2);
        assertThat(err.toString()).contains(said).doesNotContain("Exception");
    }

    /** Runs the command with the rack's user and password. */
    private int run(String... words) {
        return command(Stream.concat(
                        Stream.of(words),
                        Stream.of(words).anyMatch("--password"::equals)
                                ? Stream.of("--user", "admin")
                                : Stream.of("--user", "admin", "--password", "@" + folder.resolve("password")))
                .toArray(String[]::new));
    }

    private int command(String... words) {
        out.getBuffer().setLength(0);
        return NovaMetal.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(Stream.concat(Stream.of("bmc", "power"), Stream.of(words))
                        .toArray(String[]::new));
    }

    private List<JsonNode> lines() throws IOException {
        JsonMapper json = new JsonMapper();
        List<JsonNode> lines = new ArrayList<>();
        for (String line : out.toString().lines().toList()) {
            lines.add(json.readTree(line));
        }
        return lines;
    }

    private static void allow(Path file, String permissions) throws IOException {
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    private Path nodesFile() throws IOException {
        StringBuilder text = new StringBuilder("# three\n\n");
        for (FakeRack.Slot slot : rack.slots()) {
            text.append("{\"name\":\"")
                    .append(slot.machine().settings().name())
                    .append("\",\"bmc\":\"")
                    .append(slot.bmc())
                    .append("\",\"macs\":[]}\n");
        }
        return Files.writeString(folder.resolve("nodes"), text.toString(), StandardCharsets.UTF_8);
    }

    private Path conf(Path state) throws IOException {
        return Files.writeString(
                folder.resolve("nova.conf"),
                "[baremetal]\nstate_path = " + state + "\ndhcp_dir = " + folder.resolve("dhcp") + "\n");
    }

    private Path inventoryWith(String name) throws IOException {
        Path state = Files.createDirectory(folder.resolve("inventory"));
        try (Store store = SqlStore.sqlite(
                state.resolve("nova-metal.db"),
                SecretCipher.ofKeyFile(state.resolve("secret.key")),
                InstantSource.system(),
                StoreOptions.DEFAULTS)) {
            store.nodes()
                    .enrol(NodeSpec.builder(
                                    new NodeName(name),
                                    rack.slots().getFirst().bmc(),
                                    new BmcCredentials("admin", PASSWORD))
                            .vcpus(1)
                            .memoryMb(1)
                            .localGb(1)
                            .macs(List.of("52:54:00:00:00:01"))
                            .initialState(ProvisionState.AVAILABLE)
                            .build());
        }
        return conf(state);
    }
}
