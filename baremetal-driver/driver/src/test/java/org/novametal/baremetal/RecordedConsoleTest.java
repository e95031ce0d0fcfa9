package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.ipmi.IpmiBmcFactory;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;
import org.novametal.fake.FakeMachine;

/** A whole driver that records the consoles of fake machines by serial over LAN. */
@Timeout(120)
@Isolated("no console thread of the process may be left")
class RecordedConsoleTest {
    private static final RequestContext CONTEXT = RequestContext.of("req-1");

    @TempDir
    Path folder;

    private FakeCloud cloud;
    private BareMetalDriver driver;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 1);
        driver = newDriver(cloud.conf());
        NodeSpec written = cloud.nodeSpecs().getFirst();
        driver.enrolment().delete(written.name());
        driver.enrolment().enrol(written.toBuilder().consoleLog("sol").build());
    }

    private BareMetalDriver newDriver(NovaConf.Builder conf) {
        BareMetalDriver made = new BareMetalDriver(
                conf.overlay("baremetal", "automated_clean", "false")
                        .overlay("baremetal", "console_log_max_kb", "8")
                        .build(),
                new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()));
        made.initHost(new HostName("compute-0"));
        return made;
    }

    @AfterEach
    void stop() {
        driver.close();
        cloud.close();
    }

    @Test
    void whatTheMachinePrintsIsShownWithItsSecretsBlanked() throws Exception {
        Instance instance = spawn();
        print("see http://10.0.0.1/v1?agent_token=geheim&x=1\r\nlogin: ");

        await("the prompt", () -> output(instance).endsWith("login: "));
        assertThat(output(instance))
                .as("from the deploy ramdisk on")
                .contains("Power on")
                .contains("agent_token=***&x=1")
                .doesNotContain("geheim");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log())))
                .isEqualTo("rw-------");
    }

    @Test
    void anInstanceSeesNothingOfTheOneBefore() throws Exception {
        Instance first = spawn();
        print("the first one's secret\r\n".repeat(500));
        await("all that the first printed", () -> output(first).endsWith("the first one's secret\r\n".repeat(300)));
        driver.destroy(CONTEXT, DestroyRequest.of(first));
        await("the node", () -> cloud.node(FakeCloud.nodeName(0)).state() == ProvisionState.AVAILABLE);

        SpawnRequest second = request();
        driver.prepareForSpawn(second.instance());
        assertThat(output(second.instance())).isEmpty();
        driver.spawn(CONTEXT, second);
        await("what the second printed", () -> output(second.instance()).contains("BOOTED"));

        assertThat(output(second.instance())).contains("Power on").doesNotContain("secret");
        print("the second one's own\r\n".repeat(1000));
        await(
                "the second's log to be full",
                () -> output(second.instance()).endsWith("the second one's own\r\n".repeat(300)));
        assertThat(output(second.instance())).doesNotContain("secret");
        // The rest of what it prints is still arriving: the log rotates when it is full.
        await("the log to rotate", () -> Set.copyOf(consoles()).equals(Set.of(log().toString(), log() + ".1")));
    }

    @Test
    void aDriverThatStartsAgainGoesOnWithTheLog() throws Exception {
        Instance instance = spawn();
        print("before\r\n");
        await("what was printed before", () -> output(instance).contains("before"));

        driver.close();
        assertThat(cloud.rack().slots().getFirst().fakeBmc().sessionCount())
                .as("sessions that are left")
                .isZero();
        driver = newDriver(cloud.conf());

        assertThat(output(instance)).contains("before");
        await("it to be connected again", () -> {
            print("after\r\n");
            return output(instance).contains("after");
        });
        assertThat(output(instance)).containsSubsequence("Power on", "before", "after");
    }

    @Test
    void aNodeThatIsRemovedIsLetGo() throws Exception {
        await("its console", this::isRecorded);
        assertThat(consoles()).isNotEmpty();

        driver.enrolment().delete(FakeCloud.nodeName(0));

        assertThat(consoles()).isEmpty();
        try (IpmiBmcFactory factory = new IpmiBmcFactory()) {
            somebody(factory).connect(ignoring()).close();
        }
    }

    @Test
    void aConsoleThatSomebodyHasIsLeftToThemAndSweepsGoOn() throws Exception {
        driver.close();
        try (IpmiBmcFactory factory = new IpmiBmcFactory()) {
            SerialConsole.Connection theirs = somebody(factory).connect(ignoring());
            driver = newDriver(cloud.conf());
            Instance instance = request().instance();
            driver.prepareForSpawn(instance);

            await("a refusal", () -> refusal(instance).isPresent());
            assertThat(refusal(instance).orElseThrow())
                    .hasMessageContaining("metal-0")
                    .hasMessageContaining("active for somebody else");
            await(
                    "a sweep",
                    () -> driver.powerHealth(FakeCloud.nodeName(0))
                            .reachableSince()
                            .isPresent());

            theirs.close();
            await("its turn", () -> refusal(instance).isEmpty());
            driver.failedSpawnCleanup(instance);
        }
    }

    @Test
    void aBmcWithoutAConsoleIsReportedAsSuch() throws Exception {
        NodeName node = new NodeName("modern");
        driver.enrolment()
                .enrol(NodeSpec.builder(node, BmcAddress.parse("redfish://127.0.0.1:9"), FakeCloud.CREDENTIALS)
                        .vcpus(4)
                        .memoryMb(8192)
                        .localGb(1)
                        .resourceClass("baremetal")
                        .macs(List.of("52:54:00:ff:ff:01"))
                        .consoleLog("sol")
                        .initialState(ProvisionState.AVAILABLE)
                        .build());
        Instance instance = DriverProcess.request(
                        cloud.imageUrl().toString(),
                        node.value(),
                        UUID.randomUUID().toString())
                .instance();
        driver.prepareForSpawn(instance);

        await("a refusal", () -> refusal(instance).isPresent());
        assertThat(refusal(instance).orElseThrow())
                .hasMessageContaining("modern")
                .hasMessageContaining("redfish://127.0.0.1:9")
                .hasMessageContaining("no serial console");
        driver.failedSpawnCleanup(instance);
    }

    @Test
    void aClosedDriverLeavesNoThread() throws Exception {
        await("its console", this::isRecorded);

        driver.close();

        await(
                "its threads to end",
                () -> Thread.getAllStackTraces().keySet().stream()
                        .noneMatch(thread -> thread.getName().startsWith("console-log")));
    }

    // ---- helpers

    private SpawnRequest request() {
        return DriverProcess.request(
                cloud.imageUrl().toString(),
                FakeCloud.nodeName(0).value(),
                UUID.randomUUID().toString());
    }

    private Instance spawn() throws Exception {
        await("its console", this::isRecorded);
        SpawnRequest request = request();
        driver.spawn(CONTEXT, request);
        return request.instance();
    }

    private FakeMachine machine() {
        return cloud.rack().slots().getFirst().machine();
    }

    private void print(String text) {
        var _ = machine().serialLine().orElseThrow().type(Bytes.copyOf(text.getBytes(StandardCharsets.UTF_8)));
    }

    /** What is printed while nobody is connected is lost: the machine is made to print until the log has something. */
    private boolean isRecorded() {
        machine().control(PowerAction.ON);
        machine().serialLine().orElseThrow().sendBreak();
        machine().control(PowerAction.OFF);
        return Files.exists(log());
    }

    private Path log() {
        return folder.resolve("state/consoles")
                .resolve(cloud.nodeSpecs().getFirst().uuid() + ".log");
    }

    private List<String> consoles() throws Exception {
        try (var files = Files.list(folder.resolve("state/consoles"))) {
            return files.map(Path::toString)
                    .filter(file -> !file.endsWith(".connection"))
                    .toList();
        }
    }

    private String output(Instance instance) {
        return driver.capability(ConsoleAccess.class).orElseThrow().getConsoleOutput(CONTEXT, instance);
    }

    private Optional<DriverException> refusal(Instance instance) {
        DriverException refused = catchThrowableOfType(DriverException.class, () -> output(instance));
        if (refused != null) {
            assertThat(refused.code()).isEqualTo(ErrorCode.CONSOLE_NOT_AVAILABLE);
        }
        return Optional.ofNullable(refused);
    }

    private SerialConsole somebody(IpmiBmcFactory factory) {
        Bmc bmc = factory.open(cloud.rack().slots().getFirst().bmc(), FakeCloud.CREDENTIALS, BmcOptions.DEFAULTS);
        return bmc.capability(SerialConsole.class).orElseThrow();
    }

    private static SerialConsole.Receiver ignoring() {
        return new SerialConsole.Receiver() {
            @Override
            public void received(byte[] bytes) {}

            @Override
            public void ended(BmcException cause) {}
        };
    }

    private static void await(String what, Callable<Boolean> condition) throws Exception {
        Eventually.holds(what, Duration.ofSeconds(30), condition);
    }
}
