package org.novametal.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.hash.Hashing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.OkHttpClient;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.RestartCause;
import org.novametal.bmc.ipmi.codec.IdentifyInterval;
import org.novametal.fake.FakeDhcp;
import org.novametal.fake.FakeMachine;
import org.novametal.fake.FakeMachine.Activity;
import org.novametal.fake.FakeMachineSettings;
import org.novametal.fake.FakeSurroundings;
import org.novametal.http.HttpAnswer;
import org.novametal.http.HttpService;
import org.novametal.http.Route;
import org.novametal.image.ImageChecksum;

class FakeMachineTest {
    private static final String MAC = "52:54:00:00:00:01";
    private static final UUID NODE = UUID.fromString("7d2b0f5e-98a7-4b8a-8a0e-1f1c6f0a0001");
    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final long DISK_BYTES = 8 << 20;

    @TempDir
    Path folder;

    private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
    private final OkHttpClient http = new OkHttpClient();
    private final BlockingQueue<String> fetched = new LinkedBlockingQueue<>();
    private final CountDownLatch leave = new CountDownLatch(1);
    private final Directory directory = new Directory();
    private final AtomicReference<Duration> clockAhead = new AtomicReference<>(Duration.ZERO);
    private final InstantSource clock = () -> Instant.now().plus(clockAhead.get());
    private HttpService server;
    private FakeMachine machine;

    @BeforeEach
    void open() throws IOException {
        List<Route> routes = new ArrayList<>(new AgentApi(directory).routes());
        routes.add(Route.under("GET", "/files/", request -> {
            fetched.add(request.path());
            return HttpAnswer.file(folder.resolve(request.path().substring("/files/".length())));
        }));
        routes.add(Route.at("GET", "/slow", request -> {
            fetched.add(request.path());
            leave.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
            return HttpAnswer.text(200, "late");
        }));
        server = HttpService.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes);
        Files.createDirectories(folder.resolve("dhcp/hosts"));
        Files.createDirectories(folder.resolve("dhcp/opts"));
        machine = machine();
    }

    @AfterEach
    void close() {
        leave.countDown();
        machine.close();
        server.close();
        timer.shutdownNow();
        http.connectionPool().evictAll();
        http.dispatcher().executorService().shutdown();
    }

    @Test
    void aMachineWithNothingToBootHalts() throws Exception {
        machine.control(PowerAction.ON);
        assertThat(machine.await(Activity.HALTED, LIMIT)).isTrue();
        assertThat(machine.isOn()).isTrue();
        assertThat(serial())
                .containsExactly(
                        "Power on, boot order [DISK, NETWORK]",
                        "Disk: no partition table",
                        "PXE " + MAC + ": no DHCP answer",
                        "No bootable device");
    }

    @Test
    void itIdentifiesItselfForTheRequestedTimeAndKnowsItsRestartCause() {
        assertThat(machine.isIdentifying()).isFalse();
        assertThat(machine.restartCause()).isEqualTo(RestartCause.UNKNOWN);

        machine.identify(Duration.ofSeconds(20));
        assertThat(machine.isIdentifying()).isTrue();
        clockAhead.set(Duration.ofSeconds(20));
        assertThat(machine.isIdentifying()).isFalse();
        machine.identify(IdentifyInterval.UNTIL_STOPPED);
        clockAhead.set(Duration.ofDays(1));
        assertThat(machine.isIdentifying()).isTrue();
        machine.identify(Duration.ZERO);
        assertThat(machine.isIdentifying()).isFalse();

        machine.control(PowerAction.ON);
        assertThat(machine.restartCause()).isEqualTo(RestartCause.CHASSIS_CONTROL);
    }

    @Test
    void fromTheDiskItPrintsTheDigestOfTheImageAndTheName() throws Exception {
        byte[] disk = writeDisk();
        Files.writeString(folder.resolve("state/image-bytes"), "1000000\n");
        tellDhcp("web1", Optional.empty());
        boot(BootDevice.DISK);
        assertThat(machine.await(Activity.OPERATING_SYSTEM, LIMIT)).isTrue();
        assertThat(serial().getLast())
                .isEqualTo("BOOTED sha256=" + sha256(Arrays.copyOf(disk, 1_000_000)) + " hostname=web1");
    }

    @Test
    void aDiskThatNoAgentWroteIsDigestedWhole() throws Exception {
        byte[] disk = writeDisk();
        boot(BootDevice.DISK);
        assertThat(machine.await(Activity.OPERATING_SYSTEM, LIMIT)).isTrue();
        assertThat(serial().getLast()).isEqualTo("BOOTED sha256=" + sha256(disk) + " hostname=(none)");
    }

    @Test
    void aNetworkBootWithoutABootFileGoesOnWithTheDisk() throws Exception {
        writeDisk();
        tellDhcp("web1", Optional.empty());
        boot(BootDevice.NETWORK);
        assertThat(machine.await(Activity.OPERATING_SYSTEM, LIMIT)).isTrue();
        assertThat(serial()).contains("PXE " + MAC + ": address 127.1.0.1, no boot file");
    }

    @Test
    void aMissingBootScriptGoesOnWithTheDisk() throws Exception {
        writeDisk();
        tellDhcp("web1", Optional.of("/files/none.ipxe"));
        boot(BootDevice.NETWORK);
        assertThat(machine.await(Activity.OPERATING_SYSTEM, LIMIT)).isTrue();
        assertThat(serial()).anyMatch(line -> line.endsWith("/files/none.ipxe: HTTP 404"));
    }

    @Test
    void aMissingRamdiskGoesOnWithTheDisk() throws Exception {
        writeDisk();
        writeScript("ipa-api-url=" + server.baseUri());
        Files.delete(folder.resolve("ramdisk"));
        tellDhcp("web1", Optional.of("/files/boot.ipxe"));
        boot(BootDevice.NETWORK);
        assertThat(machine.await(Activity.OPERATING_SYSTEM, LIMIT)).isTrue();
        assertThat(fetched).containsExactly("/files/boot.ipxe", "/files/kernel", "/files/ramdisk");
    }

    @Test
    void aRamdiskWithoutAnAgentApiDoesNothing() throws Exception {
        writeScript("quiet");
        tellDhcp("web1", Optional.of("/files/boot.ipxe"));
        boot(BootDevice.NETWORK);
        assertThat(machine.await(Activity.HALTED, LIMIT)).isTrue();
        assertThat(serial().getLast()).contains("no ipa-api-url");
    }

    @Test
    void tokensOnTheKernelLineAreBlankedOnTheSerialPort() throws Exception {
        writeScript("ipa-agent-token=geheim-geheim quiet");
        tellDhcp("web1", Optional.of("/files/boot.ipxe"));
        boot(BootDevice.NETWORK);
        assertThat(machine.await(Activity.HALTED, LIMIT)).isTrue();
        assertThat(String.join("\n", serial()))
                .contains("ipa-agent-token=****** quiet")
                .doesNotContain("geheim");
    }

    @Test
    void anOverrideForOneBootIsForgottenAtPowerOn() throws Exception {
        machine.setBootOverride(override(BootDevice.NETWORK, BootPersistence.ONCE));
        machine.control(PowerAction.ON);
        assertThat(machine.bootOverride().device()).isEqualTo(BootDevice.NONE);
        assertThat(machine.await(Activity.HALTED, LIMIT)).isTrue();
        machine.control(PowerAction.RESET);
        assertThat(serial()).contains("Power on, boot order [NETWORK, DISK]", "Power on, boot order [DISK, NETWORK]");
    }

    @Test
    void aPersistentOverrideStays() throws Exception {
        BootOverride wanted = override(BootDevice.NETWORK, BootPersistence.PERSISTENT);
        machine.setBootOverride(wanted);
        machine.control(PowerAction.ON);
        machine.control(PowerAction.CYCLE);
        assertThat(machine.bootOverride()).isEqualTo(wanted);
        assertThat(serial().stream().filter("Power on, boot order [NETWORK, DISK]"::equals))
                .hasSize(2);
    }

    @Test
    void onlyOnDoesSomethingToAMachineThatIsOff() {
        for (PowerAction action : PowerAction.values()) {
            if (action != PowerAction.ON) {
                machine.control(action);
                assertThat(machine.isOn()).as(action.name()).isFalse();
            }
        }
        assertThat(folder.resolve("serial.log")).doesNotExist();
    }

    @Test
    void aRunningSystemStopsAWhileAfterItWasAsked() throws Exception {
        writeDisk();
        boot(BootDevice.DISK);
        assertThat(machine.await(Activity.OPERATING_SYSTEM, LIMIT)).isTrue();
        machine.control(PowerAction.SOFT_OFF);
        assertThat(machine.await(Activity.OFF, LIMIT)).isTrue();
        assertThat(serial()).endsWith("Power button pressed", "Power off");
    }

    @Test
    void aHaltedMachineDoesNotHearThePowerButton() throws Exception {
        machine.control(PowerAction.ON);
        assertThat(machine.await(Activity.HALTED, LIMIT)).isTrue();
        machine.control(PowerAction.SOFT_OFF);
        assertThat(serial()).doesNotContain("Power button pressed");
        assertThat(machine.isOn()).isTrue();
    }

    @Test
    void powerOffStopsAFetchAtOnceAndNothingIsPrintedAfterIt() throws Exception {
        tellDhcp("web1", Optional.of("/slow"));
        boot(BootDevice.NETWORK);
        assertThat(fetched.poll(60, TimeUnit.SECONDS)).isEqualTo("/slow");
        machine.control(PowerAction.OFF);
        assertThat(machine.activity()).isEqualTo(Activity.OFF);
        machine.close();
        assertThat(serial().getLast()).isEqualTo("Power off");
    }

    @Test
    void manyPowerChangesInARowEndInTheLastOne() throws Exception {
        writeDisk();
        for (int i = 0; i < 50; i++) {
            machine.control(PowerAction.ON);
            machine.control(i % 3 == 0 ? PowerAction.RESET : PowerAction.OFF);
        }
        machine.control(PowerAction.ON);
        assertThat(machine.await(Activity.OPERATING_SYSTEM, LIMIT)).isTrue();
        machine.control(PowerAction.OFF);
        assertThat(machine.activity()).isEqualTo(Activity.OFF);
    }

    @Test
    void fromTheNetworkItRunsTheAgentWhoseImageItThenBoots() throws Exception {
        byte[] image = partitioned(3 << 20);
        Files.write(folder.resolve("image.raw"), image);
        AgentEndpoint agent = bootRamdisk();
        assertThat(fetched).containsExactly("/files/boot.ipxe", "/files/kernel", "/files/ramdisk");

        AgentClient client = new AgentClient(AgentOptions.DEFAULTS);
        AgentNode node = new AgentNode(NODE, Map.of(), Map.of(), Map.of());
        List<AgentPort> ports = List.of(new AgentPort(UUID.randomUUID(), MAC, AgentPort.NetworkBoot.ENABLED));
        HardwareSteps steps = HardwareSteps.of(
                client.execute(agent, AgentCommand.getDeploySteps(node, ports), AgentClient.Wait.UNTIL_DONE));
        ImageInfo info = new ImageInfo(
                "one",
                List.of(server.baseUri().resolve("/files/image.raw")),
                new ImageChecksum(ImageChecksum.Algorithm.SHA256, sha256(image)),
                NODE,
                Optional.empty());
        CommandResult written = client.execute(
                agent, AgentCommand.writeImage(node, ports, info, steps.versions()), AgentClient.Wait.UNTIL_DONE);
        assertThat(written.status()).as(written.toString()).isEqualTo(CommandResult.Status.SUCCEEDED);
        client.execute(agent, AgentCommand.powerOff(), AgentClient.Wait.UNTIL_DONE);
        assertThat(machine.await(Activity.OFF, LIMIT)).isTrue();

        // A new fake on the same state: image and image length outlive the process.
        machine.close();
        machine = machine();
        tellDhcp("web1", Optional.empty());
        boot(BootDevice.DISK);
        assertThat(machine.await(Activity.OPERATING_SYSTEM, LIMIT)).isTrue();
        assertThat(serial().getLast()).isEqualTo("BOOTED sha256=" + sha256(image) + " hostname=web1");
    }

    @Test
    void powerOffKillsTheAgentAndTheNextOneIsAnother() throws Exception {
        AgentEndpoint first = bootRamdisk();
        machine.control(PowerAction.OFF);
        machine.close();
        directory.heartbeats.clear();
        machine = machine();
        AgentEndpoint second = bootRamdisk();
        assertThat(second.certificate()).isNotEqualTo(first.certificate());
        assertThat(directory.lookups()).isEqualTo(2);
    }

    private AgentEndpoint bootRamdisk() throws Exception {
        writeScript("ipa-api-url=" + server.baseUri() + " BOOTIF=${mac}");
        tellDhcp("deploy", Optional.of("/files/boot.ipxe"));
        boot(BootDevice.NETWORK);
        assertThat(machine.await(Activity.RAMDISK, LIMIT)).isTrue();
        Heartbeat heartbeat = directory.heartbeats.poll(60, TimeUnit.SECONDS);
        assertThat(heartbeat).isNotNull();
        assertThat(heartbeat.callbackUrl().getHost()).isEqualTo("127.1.0.1");
        return heartbeat.endpoint();
    }

    private void boot(BootDevice device) {
        machine.setBootOverride(override(device, BootPersistence.ONCE));
        machine.control(PowerAction.ON);
    }

    private static BootOverride override(BootDevice device, BootPersistence persistence) {
        return new BootOverride(device, persistence, BootFirmware.BIOS);
    }

    private FakeMachine machine() {
        return new FakeMachine(
                new FakeMachineSettings(
                        "one",
                        NODE,
                        List.of(MAC),
                        folder.resolve("state"),
                        folder.resolve("serial.log"),
                        DISK_BYTES,
                        Duration.ofMillis(50),
                        Duration.ofSeconds(30)),
                new FakeSurroundings(new FakeDhcp(folder.resolve("dhcp")), http, timer, clock, new Random(1)));
    }

    private void tellDhcp(String hostname, Optional<String> bootPath) throws IOException {
        Files.writeString(folder.resolve("dhcp/hosts/one"), MAC + ",set:one," + hostname + "\n");
        Path options = folder.resolve("dhcp/opts/one");
        Files.deleteIfExists(options);
        if (bootPath.isPresent()) {
            URI script = server.baseUri().resolve(bootPath.get());
            Files.writeString(options, "tag:one,option:bootfile-name," + script + "\n");
        }
    }

    private void writeScript(String kernelArguments) throws IOException {
        Files.writeString(folder.resolve("kernel"), "stands in for a kernel");
        Files.writeString(folder.resolve("ramdisk"), "stands in for a ramdisk");
        Files.writeString(
                folder.resolve("boot.ipxe"),
                "#!ipxe\nkernel kernel " + kernelArguments + "\ninitrd --name deploy ramdisk\nboot\n");
    }

    private byte[] writeDisk() throws IOException {
        byte[] disk = partitioned((int) DISK_BYTES);
        Files.write(folder.resolve("state/disk"), disk);
        return disk;
    }

    private static byte[] partitioned(int bytes) {
        byte[] disk = new byte[bytes];
        new Random(5).nextBytes(disk);
        Arrays.fill(disk, 0, 512, (byte) 0);
        ByteBuffer.wrap(disk)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(450, (byte) 0x83)
                .putInt(454, 1)
                .putInt(458, bytes / 512 - 1)
                .putShort(510, (short) 0xAA55);
        return disk;
    }

    private static String sha256(byte[] bytes) {
        return Hashing.sha256().hashBytes(bytes).toString();
    }

    private List<String> serial() throws IOException {
        return Files.readAllLines(folder.resolve("serial.log"), StandardCharsets.UTF_8);
    }

    /** The driver's side of the agent API, with one node. */
    private static final class Directory implements AgentDirectory {
        private final BlockingQueue<Heartbeat> heartbeats = new LinkedBlockingQueue<>();
        // As at the real API, an agent that looks up again gets the token that it has.
        private final AgentToken token = AgentToken.generate(new SecureRandom());
        private int lookups;

        @Override
        public synchronized Optional<LookupAnswer> lookup(
                InetAddress sender, List<String> macs, Optional<UUID> nodeUuid) {
            if (!macs.contains(MAC)) {
                return Optional.empty();
            }
            lookups++;
            return Optional.of(new LookupAnswer(
                    new AgentNode(NODE, Map.of(), Map.of(), Map.of()),
                    new LookupAnswer.TokenGrant.Given(token),
                    Duration.ofSeconds(5)));
        }

        synchronized int lookups() {
            return lookups;
        }

        @Override
        public HeartbeatOutcome heartbeat(InetAddress sender, UUID node, Heartbeat heartbeat) {
            heartbeats.add(heartbeat);
            return HeartbeatOutcome.ACCEPTED;
        }
    }
}
