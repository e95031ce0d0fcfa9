package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.Isolated;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.SerialConsole.Connection;
import org.novametal.bmc.SilentPort;
import org.novametal.bmc.ipmi.IpmiBmcFactory;
import org.novametal.driver.model.NodeName;
import org.novametal.fake.FakeRack;
import org.novametal.fake.FakeRackSettings;

@Isolated("replaces System.in and System.out")
@Execution(ExecutionMode.CONCURRENT)
class ConsoleCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    private final StringWriter err = new StringWriter();
    private final InputStream in = System.in;
    private final PrintStream out = System.out;

    @SuppressWarnings("NullAway.Init") // by startRack
    private FakeRack rack;

    @BeforeEach
    void startRack() throws IOException {
        Files.writeString(folder.resolve("password"), "geheim\n");
        rack = FakeRack.start(new FakeRackSettings(
                1,
                0,
                new BmcCredentials("admin", "geheim"),
                folder.resolve("state"),
                folder.resolve("dhcp"),
                folder.resolve("log"),
                1 << 20));
        rack.slots().getFirst().machine().control(PowerAction.ON);
    }

    @AfterEach
    void stopRack() {
        System.setIn(in);
        System.setOut(out);
        rack.close();
    }

    @Test
    void whatIsTypedReachesTheMachineAndWhatItPrintsIsShown() {
        System.setIn(new ByteArrayInputStream("hello, machine\r".getBytes(StandardCharsets.US_ASCII)));
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));

        assertThat(console("--seconds", "3", address())).isZero();

        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("hello, machine");
        assertThat(err.toString()).contains("connected");
    }

    @Test
    @Timeout(60)
    void withoutATimeTheEndOfTheInputLeavesTheConsole() {
        System.setIn(new ByteArrayInputStream(new byte[0]));
        assertThat(console(address())).as(err.toString()).isZero();
        assertThat(err.toString()).contains("the input has ended; leaving the console");

        System.setIn(new ByteArrayInputStream("hello, machine\r".getBytes(StandardCharsets.US_ASCII)));
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
        assertThat(console(address())).as(err.toString()).isZero();
        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("hello, machine");
    }

    @Test
    @Timeout(120)
    void theEndOfTheInputLeavesAConsoleThatCannotBeConnected() throws Exception {
        System.setIn(new ByteArrayInputStream(new byte[0]));
        try (SilentPort silent = SilentPort.open()) {
            assertThat(console("ipmi://127.0.0.1:" + silent.port())).isOne();
        }
    }

    @Test
    void aConsoleThatSomebodyHasIsTakenWhenThatIsAsked() throws Exception {
        System.setIn(new ByteArrayInputStream(new byte[0]));
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));
        Path log = enrolRecorded();
        try (IpmiBmcFactory factory = new IpmiBmcFactory();
                Connection _ = somebody(factory).connect(new Ignoring())) {
            assertThat(console("--seconds", "1", "--config-file", conf().toString(), "metal-0"))
                    .isOne();
            assertThat(err.toString())
                    .containsPattern("the console was not connected: .*active for somebody else")
                    .contains("active for somebody else")
                    .contains(log.toString())
                    .contains("--take");
            System.setIn(new ByteArrayInputStream("hello, machine\r".getBytes(StandardCharsets.US_ASCII)));
            assertThat(console("--seconds", "3", "--take", address())).isZero();
            assertThat(shown.toString(StandardCharsets.UTF_8)).contains("hello, machine");
        }
    }

    @Test
    void aMachineThatTakesNothingFailsTheCommand() throws Exception {
        rack.slots().getFirst().machine().control(PowerAction.OFF);
        System.setIn(new ByteArrayInputStream("hello".getBytes(StandardCharsets.US_ASCII)));

        assertThat(console("--seconds", "2", address())).isOne();

        assertThat(err.toString()).contains("5 bytes were not typed").contains("check that it is on");
    }

    @Test
    void aBmcThatHasNotAnsweredYetIsReportedAsThat() throws Exception {
        System.setIn(new ByteArrayInputStream(new byte[0]));
        try (SilentPort silent = SilentPort.open()) {
            assertThat(console("--seconds", "1", "ipmi://127.0.0.1:" + silent.port()))
                    .isOne();
        }

        assertThat(err.toString()).contains("the console was not connected: its BMC has not answered yet");
    }

    @Test
    @Timeout(60)
    void itLeavesWhenNobodyReadsWhatItShows() {
        System.setIn(new ByteArrayInputStream("hello, machine\r".getBytes(StandardCharsets.US_ASCII)));
        OutputStream gone = new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        System.setOut(new PrintStream(gone, true, StandardCharsets.UTF_8));

        assertThat(console(address())).isOne();

        assertThat(err.toString()).contains("could not be written");
    }

    @Test
    void toldToEndItLeavesTheConsoleToOthers() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        NovaMetal.class.getName(),
                        "bmc",
                        "console",
                        "--user",
                        "admin",
                        "--password",
                        "@" + folder.resolve("password"),
                        address())
                .redirectError(folder.resolve("errors").toFile())
                .start();
        try (OutputStream typed = program.getOutputStream();
                InputStream shown = program.getInputStream()) {
            typed.write("hello, machine\r".getBytes(StandardCharsets.US_ASCII));
            typed.flush();
            assertThat(shown.read()).as("it is connected").isNotNegative();
            program.toHandle().destroy();
            assertThat(program.waitFor(30, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).as("ended by SIGTERM").isEqualTo(128 + 15);
        } finally {
            program.destroyForcibly();
        }

        try (IpmiBmcFactory factory = new IpmiBmcFactory();
                Connection connection = somebody(factory).connect(new Ignoring())) {
            assertThat(connection).isNotNull();
        }
    }

    private SerialConsole somebody(IpmiBmcFactory factory) {
        return factory.open(rack.slots().getFirst().bmc(), new BmcCredentials("admin", "geheim"), BmcOptions.DEFAULTS)
                .capability(SerialConsole.class)
                .orElseThrow();
    }

    private Path conf() throws IOException {
        return Files.writeString(
                folder.resolve("nova.conf"),
                "[baremetal]\nstate_path = " + folder.resolve("inventory") + "\ndhcp_dir = " + folder.resolve("dhcp")
                        + "\n");
    }

    /** Enrols metal-0 with a recorded console; returns the console's log file. */
    private Path enrolRecorded() throws IOException {
        Path state = Files.createDirectory(folder.resolve("inventory"));
        UUID node = UUID.randomUUID();
        try (Store store = SqlStore.sqlite(
                state.resolve("nova-metal.db"),
                SecretCipher.ofKeyFile(state.resolve("secret.key")),
                InstantSource.system(),
                StoreOptions.DEFAULTS)) {
            store.nodes()
                    .enrol(NodeSpec.builder(
                                    new NodeName("metal-0"),
                                    rack.slots().getFirst().bmc(),
                                    new BmcCredentials("admin", "geheim"))
                            .uuid(node)
                            .vcpus(1)
                            .memoryMb(1)
                            .localGb(1)
                            .macs(List.of("52:54:00:00:00:01"))
                            .consoleLog("sol")
                            .initialState(ProvisionState.AVAILABLE)
                            .build());
        }
        return state.resolve("consoles").resolve(node + ".log");
    }

    private static final class Ignoring implements SerialConsole.Receiver {
        @Override
        public void received(byte[] bytes) {}

        @Override
        public void ended(BmcException cause) {}
    }

    @Test
    void aWrongPasswordEndsItAndSaysSo() throws IOException {
        Files.writeString(folder.resolve("password"), "falsch\n");

        assertThat(console("--seconds", "30", address())).isEqualTo(1);

        assertThat(err.toString()).contains("password").doesNotContain("falsch");
    }

    @Test
    void wrongUseSaysWhatAndWhere() throws IOException {
        Path nodes = Files.writeString(folder.resolve("nodes"), "{\"name\":\"a\",\"bmc\":\"" + address() + "\"}\n");

        assertThat(console("--nodes", nodes.toString(), "b")).isEqualTo(2);
        assertThat(err.toString()).contains("contains no BMC with the name b");
        assertThat(console("metal-0")).isEqualTo(2);
        assertThat(err.toString()).contains("--config-file");
        assertThat(console()).isEqualTo(2);
    }

    private String address() {
        return rack.slots().getFirst().bmc().toString();
    }

    private int console(String... words) {
        String[] login = {"bmc", "console", "--user", "admin", "--password", "@" + folder.resolve("password")};
        return NovaMetal.commandLine()
                .setErr(new PrintWriter(err))
                .execute(Stream.concat(Stream.of(login), Stream.of(words)).toArray(String[]::new));
    }
}
