package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.PeerProgram;
import org.novametal.bmc.TerminalProgram;
import org.novametal.bmc.ipmi.IpmiSim;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;
import org.novametal.fake.FakeMachine;
import org.novametal.fake.FakeRack;

/**
 * A whole driver that records the console of a machine whose BMC is OpenIPMI's {@code ipmi_sim}. The machine is a fake one,
 * so that it can be deployed; the simulator switches it by ipmitool, at the fake BMC that nobody else uses.
 */
@Tag("peers")
@Timeout(240)
class RecordedConsoleOnIpmiSimTest {
    private static final RequestContext CONTEXT = RequestContext.of("req-1");

    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");

    /** It answers nobody while this runs. */
    private static final String CHASSIS_SCRIPT = """
            #!/bin/sh
            cd "$(dirname "$0")" || exit 1
            bmc() { ipmitool -I lanplus -C 3 -H 127.0.0.1 -p PORT -U USER -f password "$@" </dev/null; }
            operation=$1; shift
            case $operation in
            get) for parameter; do
                case $parameter in
                power) case $(bmc power status) in *on) echo power:1;; *off) echo power:0;; *) exit 1;; esac;;
                boot) echo "boot:$(cat boot)";;
                *) exit 1;;
                esac; done;;
            set) while [ $# -gt 0 ]; do
                case "$1 $2" in
                "power 1") bmc power on;;
                "power 0") bmc power off;;
                reset*) bmc power reset;;
                shutdown*) bmc power soft;;
                "boot default") echo default > boot; bmc chassis bootdev disk;;
                boot*) echo "$2" > boot; bmc chassis bootdev "$2";;
                *) exit 1;;
                esac || exit 1; shift 2; done;;
            *) exit 1;;
            esac
            """;

    @TempDir
    Path folder;

    private FakeCloud cloud;
    private IpmiSim simulator;
    private BareMetalDriver driver;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 1);
        FakeRack.Slot slot = cloud.rack().slots().getFirst();
        Path directory = Files.createDirectory(folder.resolve("simulator"));
        PeerProgram.secretFile(directory, "password", FakeCloud.CREDENTIALS.password());
        PeerProgram.secretFile(directory, "own-password", ADMIN.password());
        simulator = new IpmiSim(
                directory,
                ADMIN.username(),
                ADMIN.password(),
                CHASSIS_SCRIPT
                        .replace("PORT", String.valueOf(slot.bmc().port()))
                        .replace("USER", FakeCloud.CREDENTIALS.username()));
        slot.machine()
                .serialLine()
                .orElseThrow()
                .listen(printed ->
                        simulator.serial().print(new String(printed.toArray(), StandardCharsets.ISO_8859_1)));
        driver = new BareMetalDriver(
                cloud.conf()
                        .overlay("baremetal", "automated_clean", "false")
                        .overlay("baremetal", "bmc_command_timeout", "10")
                        .overlay("baremetal", "power_poll_interval", "2")
                        .build(),
                new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()));
        driver.initHost(new HostName("compute-0"));
        NodeSpec written = cloud.nodeSpecs().getFirst();
        driver.enrolment().delete(written.name());
        driver.enrolment()
                .enrol(written.toBuilder()
                        .bmc(new BmcAddress("ipmi", "127.0.0.1", simulator.port(), ""))
                        .credentials(ADMIN)
                        .consoleLog("sol")
                        .build());
    }

    @AfterEach
    void stop() throws Exception {
        driver.close();
        cloud.close();
        simulator.stop();
    }

    @Test
    void eachDeploymentHasASeparateLog() throws Exception {
        Instance first = spawn();
        await("its boot", () -> output(first).contains("BOOTED"));
        print("the first one's secret\r\nlogin: ");
        await("the prompt", () -> output(first).endsWith("login: "));
        assertThat(output(first)).as("from the deploy ramdisk on").contains("Power on, boot order [NETWORK");
        driver.destroy(CONTEXT, DestroyRequest.of(first));
        await("the node", () -> cloud.node(FakeCloud.nodeName(0)).state() == ProvisionState.AVAILABLE);

        Instance second = spawn();
        await("its boot", () -> output(second).contains("BOOTED"));
        assertThat(output(second)).contains("Power on, boot order [NETWORK").doesNotContain("secret");
    }

    @Test
    void aConsoleThatIpmitoolTakesIsRecordedAgainAfterwards() throws Exception {
        Instance instance = spawn();
        await("its boot", () -> output(instance).contains("BOOTED"));

        String ipmitool = "ipmitool -I lanplus -C 3 -H 127.0.0.1 -p " + simulator.port() + " -U " + ADMIN.username()
                + " -f " + folder.resolve("simulator/own-password");
        // Between the two commands the driver may have been there again.
        String take = "until " + ipmitool + " sol activate; do " + ipmitool + " sol deactivate; done";
        try (TerminalProgram console = TerminalProgram.start(take)) {
            console.await("SOL Session operational");
            print("for their eyes only\r\n");
            console.await("for their eyes only");
            console.type("\r~.");
            assertThat(console.awaitEnd()).isZero();
        }
        // This simulator tells nobody that their console was taken; the driver asks every 15 s.
        await("it to be recorded again", () -> {
            print("after\r\n");
            return output(instance).contains("after");
        });
        assertThat(output(instance)).contains("BOOTED").doesNotContain("for their eyes only");
    }

    // ---- helpers

    private Instance spawn() throws Exception {
        SpawnRequest request = DriverProcess.request(
                cloud.imageUrl().toString(),
                FakeCloud.nodeName(0).value(),
                UUID.randomUUID().toString());
        driver.spawn(CONTEXT, request);
        return request.instance();
    }

    private void print(String text) {
        FakeMachine machine = cloud.rack().slots().getFirst().machine();
        var _ = machine.serialLine().orElseThrow().type(Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String output(Instance instance) {
        return driver.capability(ConsoleAccess.class).orElseThrow().getConsoleOutput(CONTEXT, instance);
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        Eventually.holds(what, Duration.ofSeconds(60), condition);
    }
}
