package org.novametal.examples.rack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.IpmiBmcFactory;
import org.novametal.fake.FakeFault;

/** Runs the program in a separate JVM. */
@Execution(ExecutionMode.CONCURRENT)
class FakeRackMainTest {
    @TempDir
    Path folder;

    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void writePassword() throws IOException {
        Files.writeString(folder.resolve("password"), "geheim\n");
    }

    @AfterEach
    void endAll() {
        started.forEach(Process::destroyForcibly);
    }

    @Test
    void printsItsMachinesAndRunsUntilSigterm() throws Exception {
        Process program = run("--nodes", "2", "-f", "json");
        List<JsonNode> machines = new ArrayList<>();
        try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8);
                IpmiBmcFactory bmcs = new IpmiBmcFactory()) {
            for (int i = 0; i < 2; i++) {
                machines.add(new JsonMapper().readTree(Objects.requireNonNull(out.readLine(), "the output ended")));
            }
            JsonNode second = machines.get(1);
            assertThat(second.path("name").asText()).isEqualTo("fake-2");
            assertThat(second.path("macs").get(0).asText()).isEqualTo("52:54:00:00:00:02");
            assertThat(second.path("serial_log").asText())
                    .isEqualTo(folder.resolve("log/fake-2.log").toString());
            try (Bmc bmc = bmcs.open(
                    BmcAddress.parse(second.path("bmc").asText()),
                    new BmcCredentials("admin", "geheim"),
                    BmcOptions.DEFAULTS)) {
                assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
            }
            // Not program.destroy(): that would also close the output.
            program.toHandle().destroy();
            assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(program.exitValue()).isZero();
            assertThat(out.readLine()).as("nothing but its machines").isNull();
        }
    }

    @Test
    void aPortThatIsTakenIsAFailure() throws Exception {
        try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Process program = run("--nodes", "1", "--port", Integer.toString(taken.getLocalPort()));
            assertThat(errors(program)).contains("127.0.0.1:" + taken.getLocalPort());
            assertThat(program.exitValue()).isEqualTo(1);
        }
    }

    @Test
    void oneNodesBmcHasAFaultAndAllHaveAnother() throws Exception {
        Process program = run(
                "--nodes",
                "2",
                "-f",
                "json",
                "--fault",
                "power-ignored",
                "--fault",
                "no-free-session@fake-2",
                "--fault",
                "slow-power=1");
        try (BufferedReader out = program.inputReader(StandardCharsets.UTF_8);
                IpmiBmcFactory bmcs = new IpmiBmcFactory()) {
            Bmc first = open(bmcs, out);
            Bmc second = open(bmcs, out);
            first.requestPower(PowerAction.ON);
            assertThat(first.readPower()).isEqualTo(ChassisPower.OFF);
            assertThatThrownBy(second::readPower)
                    .isInstanceOfSatisfying(
                            BmcException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NO_FREE_SESSION));
        }
    }

    private static Bmc open(IpmiBmcFactory bmcs, BufferedReader out) throws IOException {
        JsonNode machine = new JsonMapper().readTree(Objects.requireNonNull(out.readLine(), "the output ended"));
        return bmcs.open(
                BmcAddress.parse(machine.path("bmc").asText()),
                new BmcCredentials("admin", "geheim"),
                BmcOptions.DEFAULTS);
    }

    @ParameterizedTest
    @CsvSource({
        "gremlins, there is no fault 'gremlins'",
        "gremlins, 'drop, delay, duplicate, reorder, corrupt, truncate, old-answer, one-buffer'",
        "gremlins, no-power-cycle",
        "drop=101, 1 to 100",
        "drop=many, 'many' is not a whole number",
        "power-ignored=1, it takes none",
        "drop@fake-9, fake-9"
    })
    void aWrongFaultIsRefusedWithAllThatThereAre(String fault, String said) throws Exception {
        Process program = run("--nodes", "1", "--fault", fault);

        assertThat(errors(program)).contains("--fault").contains(said);
        assertThat(program.exitValue()).isEqualTo(2);
    }

    @Test
    void theHelpNamesEachFault() throws Exception {
        Process program = run("--help");
        String help = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(program.exitValue()).isZero();
        assertThat(help).contains("--fault=KIND[=N][@NODE]");
        for (FakeFault fault : FakeFault.values()) {
            assertThat(help).contains("  " + fault.description());
        }
    }

    @Test
    void wrongUsageIsSaid() throws Exception {
        Process noNodes = run("--nodes", "0");
        assertThat(errors(noNodes)).contains("a rack of 0 machines");
        assertThat(noNodes.exitValue()).isEqualTo(2);
        Files.delete(folder.resolve("password"));
        Process noPassword = run("--nodes", "1");
        assertThat(errors(noPassword)).contains("--password-file").contains("cannot be read");
        assertThat(noPassword.exitValue()).isEqualTo(2);
    }

    private static String errors(Process program) throws Exception {
        String text = new String(program.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    private Process run(String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                FakeRackMain.class.getName()));
        command.addAll(List.of(
                "--user", "admin", "--password-file", folder.resolve("password").toString()));
        command.addAll(List.of("--state-dir", folder.resolve("state").toString()));
        command.addAll(List.of("--dhcp-dir", folder.resolve("dhcp").toString()));
        command.addAll(List.of("--log", folder.resolve("log").toString()));
        command.addAll(List.of(options));
        Process program = new ProcessBuilder(command).start();
        started.add(program);
        return program;
    }
}
