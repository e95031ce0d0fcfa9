package org.novametal.examples.computehost;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.testkit.Eventually;
import org.novametal.examples.InstalledPrograms;
import org.novametal.examples.computehost.server.ServerFixture;
import org.novametal.examples.computehost.server.SocketClient;
import org.novametal.examples.computehost.server.SocketClient.Reply;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;
import org.novametal.fake.FakeGlance;
import org.novametal.fake.FakeMachineSettings;
import org.novametal.fake.FakeRack;
import org.novametal.fake.FakeRackSettings;

/**
 * The installed program {@code nova-metal} beside the installed program {@code computehost}: several command lines deploy,
 * switch, describe, import and mark eight nodes whose BMCs fail now and then, while callers of the host's socket spawn and
 * destroy instances on the same nodes. {@code -Drace.duration=PT1M} sets how long, {@code -Drace.seed=N} repeats the choices of
 * each thread.
 */
@Tag("peers")
@Timeout(900)
class CommandLineRaceTest {
    private static final int NODES = 8;
    private static final int CALLERS = 8;
    private static final Duration DURATION = Duration.parse(System.getProperty("race.duration", "PT15S"));
    private static final long SEED = Long.getLong("race.seed", System.nanoTime());
    private static final Duration LIMIT = Duration.ofMinutes(3);

    /** The names of a Java exception or error, or lines of a stack trace. */
    private static final String OF_JAVA = "(?s).*(\\b[A-Za-z]+(Exception|Error)\\b|\\n\\s+at [a-z]+\\.).*";

    private static final BmcCredentials CREDENTIALS = new BmcCredentials("admin", "correct horse");
    private static final List<FakeFault> FAULTS = List.of(
            FakeFault.DROP,
            FakeFault.DELAY,
            FakeFault.CORRUPT,
            FakeFault.SESSION_FORGOTTEN,
            FakeFault.BMC_RESET,
            FakeFault.SLOW_POWER,
            FakeFault.POWER_IGNORED);

    @TempDir
    Path folder;

    /** The instance on a node, from the end of its deployment to the begin of its removal. */
    private final Map<String, String> booked = new ConcurrentHashMap<>();

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final SortedMap<String, AtomicInteger> counts = new ConcurrentSkipListMap<>();
    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final List<Process> commands = new CopyOnWriteArrayList<>();

    /** Something that a thread does again and again. */
    @FunctionalInterface
    private interface Action {
        void run(Random random) throws Exception;
    }

    /** The end of a command. */
    private record Ended(int code, String text) {}

    private Path configuration() throws IOException {
        Files.createDirectories(folder.resolve("files"));
        for (String name : List.of("kernel", "ramdisk")) {
            Files.writeString(folder.resolve("files").resolve(name), "boot");
        }
        Files.write(folder.resolve("files/image"), FakeGlance.rawImage(2 << 20, SEED));
        return Files.writeString(folder.resolve("nova.conf"), """
                [DEFAULT]
                host = metal-1
                [baremetal]
                compute_driver = nova.virt.baremetal.driver.BareMetalDriver
                state_path = %1$s/state
                dhcp_dir = %1$s/dhcp
                image_folders = %1$s/files
                deploy_kernel = %1$s/files/kernel
                deploy_ramdisk = %1$s/files/ramdisk
                http_listen = 127.0.0.1:0
                agent_poll_interval = 0.1
                power_poll_interval = 0.5
                power_command_interval = 0
                power_change_timeout = 10
                bmc_command_timeout = 2
                bmc_retry_interval = 0.2
                deploy_callback_timeout = 20
                boot_retry_timeout = 5
                soft_power_off_timeout = 2
                [compute_host]
                socket = %1$s/compute.sock
                http_listen = 127.0.0.1:0
                """.formatted(folder));
    }

    private FakeRack rack() {
        return FakeRack.start(new FakeRackSettings(
                NODES,
                0,
                CREDENTIALS,
                folder.resolve("machines"),
                folder.resolve("dhcp"),
                folder.resolve("serial"),
                64L << 20));
    }

    private static String name(int node) {
        return "metal-" + node;
    }

    private void enrol(Path file, FakeRack rack) {
        List<NodeSpec> specs = new ArrayList<>();
        for (FakeRack.Slot slot : rack.slots()) {
            FakeMachineSettings machine = slot.machine().settings();
            specs.add(NodeSpec.builder(new NodeName(name(specs.size())), slot.bmc(), CREDENTIALS)
                    .uuid(machine.systemUuid())
                    .vcpus(1)
                    .memoryMb(512)
                    .localGb(1)
                    .resourceClass("gold")
                    .macs(machine.macs())
                    .initialState(ProvisionState.AVAILABLE)
                    .build());
        }
        BareMetalOptions options =
                BareMetalOptions.from(NovaConf.builder().file(file).build());
        try (BareMetalInventory inventory = BareMetalInventory.open(options, InstantSource.system(), Missing.CREATE)) {
            inventory.enrolment().enrolAll(specs);
        }
    }

    private Store store() {
        return SqlStore.sqlite(
                folder.resolve("state/nova-metal.db"),
                SecretCipher.ofKeyFile(folder.resolve("state/secret.key")),
                InstantSource.system(),
                StoreOptions.DEFAULTS);
    }

    @Test
    void commandLinesAndCallersOfTheSocketWorkOnTheSameNodesAndEveryOperationEnds() throws Exception {
        System.out.println("race of the command line: seed " + SEED + ", " + DURATION);
        InstalledPrograms programs = InstalledPrograms.into(folder.resolve("programs"));
        Path file = configuration();
        try (FakeRack rack = rack()) {
            enrol(file, rack);
            try (HostProcess host =
                    HostProcess.installed(programs, folder, List.of("--config-file", file.toString()))) {
                host.awaitReady();
                race(programs, rack, host.socket);
                everyOperationEnds();
                eachInstanceIsOnOneNode(host.socket);
                assertThat(run(programs, "database", "check"))
                        .as("the check of the database")
                        .isEqualTo(new Ended(0, "ok\n"));
                host.terminate();
                assertThat(host.exitCode()).as(host.output()).isZero();
                assertThat(host.output()).doesNotContain("ERROR");
            } finally {
                commands.forEach(Process::destroyForcibly);
            }
        }
        System.out.println("race of the command line: " + counts);
        assertThat(violations).isEmpty();
        assertThat(counts).as("%s", failures).containsKeys("deploy: 0", "spawn: succeeded");
    }

    private void race(InstalledPrograms programs, FakeRack rack, Path socket) throws InterruptedException {
        long end = System.nanoTime() + DURATION.toNanos();
        long latest = end + LIMIT.toNanos();
        List<Action> actions = new ArrayList<>(List.of(
                random -> deploy(programs, random),
                random -> deploy(programs, random),
                random -> power(programs, random),
                random -> describe(programs, random)));
        for (int i = 0; i < CALLERS; i++) {
            actions.add(i % 4 == 3 ? random -> read(socket, random) : random -> spawn(socket, random));
        }
        List<Thread> threads = new ArrayList<>();
        for (Action action : actions) {
            long seed = SEED + threads.size();
            threads.add(Thread.ofPlatform().name("race-" + threads.size()).start(() -> {
                // Neighbouring seeds of Random begin with the same choices.
                Random random = new Random(new SplittableRandom(seed).nextLong());
                do {
                    try {
                        action.run(random);
                    } catch (Exception | AssertionError e) {
                        violations.add(Thread.currentThread().getName() + ": " + e);
                    }
                } while (System.nanoTime() < end || (isSomethingMissing() && System.nanoTime() < latest));
            }));
        }
        Random random = new Random(SEED);
        while (System.nanoTime() < end) {
            FakeFault fault = FAULTS.get(random.nextInt(FAULTS.size()));
            rack.slots()
                    .get(random.nextInt(NODES))
                    .fakeBmc()
                    .setFaults(random.nextInt(3) > 0 ? FakeFaults.NONE : FakeFaults.NONE.with(fault, fault.usual()));
            Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(200)); // the pace of the faults
        }
        rack.slots().forEach(slot -> slot.fakeBmc().setFaults(FakeFaults.NONE));
        for (Thread thread : threads) {
            if (!thread.join(LIMIT)) {
                violations.add(thread.getName() + " does not end: " + List.of(thread.getStackTrace()));
            }
        }
    }

    /** Whether no instance was deployed in one of both ways yet, as on a machine that is busy with other work. */
    private boolean isSomethingMissing() {
        return !counts.containsKey("deploy: 0") || !counts.containsKey("spawn: succeeded");
    }

    private void count(String what) {
        counts.computeIfAbsent(what, _ -> new AtomicInteger()).incrementAndGet();
    }

    // ---- what the command lines do

    private Ended run(InstalledPrograms programs, String... words) throws Exception {
        List<String> arguments = new ArrayList<>(List.of(words));
        arguments.addAll(List.of("--config-file", folder.resolve("nova.conf").toString()));
        Path output = Files.createTempFile(folder, "command", ".out");
        Process process = programs.program("nova-metal", arguments)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        commands.add(process);
        boolean ended = process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        String text = Files.readString(output, StandardCharsets.UTF_8);
        Files.delete(output);
        if (!ended) {
            throw new AssertionError(arguments + " does not end: " + text);
        }
        commands.remove(process);
        int code = process.exitValue();
        count((words[0].equals("node") ? words[1] : words[0]) + ": " + code);
        assertThat(code).as("%s: %s", arguments, text).isIn(0, 1);
        assertThat(text).as("%s", arguments).doesNotMatch(OF_JAVA);
        if (code != 0) {
            failures.add(arguments + ": " + text);
        }
        return new Ended(code, text);
    }

    private void deploy(InstalledPrograms programs, Random random) throws Exception {
        String node = name(random.nextInt(NODES));
        String instance = new UUID(random.nextLong(), random.nextLong()).toString();
        String image = folder.resolve("files/image").toUri().toString();
        Ended deployed =
                run(programs, "node", "deploy", node, "--instance", instance, "--image", image, "--wait", "60");
        if (deployed.code() == 0) {
            book(node, instance);
            booked.remove(node, instance);
            run(programs, "node", "undeploy", node, "--wait", "60");
        }
    }

    private void book(String node, String instance) {
        String other = booked.putIfAbsent(node, instance);
        if (other != null) {
            violations.add("node " + node + " has instances " + other + " and " + instance);
        }
    }

    private void power(InstalledPrograms programs, Random random) throws Exception {
        String change = List.of("on", "off", "reboot").get(random.nextInt(3));
        run(programs, "node", "power", change, name(random.nextInt(NODES)), "--wait", "30");
    }

    private void describe(InstalledPrograms programs, Random random) throws Exception {
        String node = name(random.nextInt(NODES));
        switch (random.nextInt(3)) {
            case 0 -> run(programs, "node", "set", node, "--description", "described as " + random.nextInt());
            case 1 -> {
                run(programs, "node", "maintenance", node, "--reason", "a look");
                run(programs, "node", "maintenance", node, "--end");
            }
            default -> {
                Ended exported = run(programs, "node", "export", node, "--format", "json");
                Path document = Files.writeString(
                        Files.createTempFile(folder, "nodes", ".json"),
                        exported.text()
                                .replaceFirst(
                                        "\"description\"\\s*:\\s*(null|\"[^\"]*\")",
                                        "\"description\":\"imported " + random.nextInt() + "\""));
                run(programs, "node", "import", document.toString(), "--format", "json");
            }
        }
    }

    // ---- what the callers of the socket do

    private static String waiting(String uuid) {
        return ServerFixture.operations(uuid) + "?wait=60";
    }

    private void spawn(Path socket, Random random) throws Exception {
        String node = name(random.nextInt(NODES));
        String uuid = new UUID(random.nextLong(), random.nextLong()).toString();
        String request = "req-" + random.nextLong();
        String body = ServerFixture.spawn(request, uuid, node, "")
                .replace(
                        "\"image\": {",
                        "\"image\": {\"source\": \""
                                + folder.resolve("files/image").toUri() + "\", ");
        String phase = ended(socket, uuid, request, "spawn", body);
        count("spawn: " + phase);
        if (phase.equals("succeeded")) {
            book(node, uuid);
            booked.remove(node, uuid);
        }
        count("destroy: "
                + ended(socket, uuid, request, "destroy", ServerFixture.operation("destroy", request, uuid, node, "")));
        // The pace of a service: without it, a command line would hardly ever find a free node.
        Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(random.nextInt(2000)));
    }

    /** Begins an operation and waits for its end; returns how it ended, or the code of its refusal. */
    private String ended(Path socket, String uuid, String request, String kind, String body) throws Exception {
        Reply reply = SocketClient.call(socket, "POST", waiting(uuid), body);
        long end = System.nanoTime() + LIMIT.toNanos();
        while (reply.status() == 202 && System.nanoTime() < end) {
            reply = SocketClient.call(
                    socket, "GET", ServerFixture.operations(uuid) + "/" + request + ":" + kind + "?wait=60", "");
        }
        assertThat(reply.status()).as("%s", reply.json()).isLessThan(500);
        if (reply.status() != 200 || !reply.json().path("error").isMissingNode()) {
            failures.add(kind + ": " + reply.json());
        }
        return reply.status() == 200 ? reply.json().path("phase").asText() : reply.errorCode();
    }

    private static void read(Path socket, Random random) throws Exception {
        assertThat(SocketClient.call(socket, "GET", "/v1/resources", "").status())
                .isEqualTo(200);
        Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(random.nextInt(200))); // the pace of a service
    }

    // ---- afterwards

    private void everyOperationEnds() throws Exception {
        try (Store store = store()) {
            Eventually.holds(
                    "every operation ends",
                    LIMIT,
                    () -> store.operations().unfinished().isEmpty()
                            && store.operations().requested().isEmpty());
        }
    }

    private void eachInstanceIsOnOneNode(Path socket) throws Exception {
        List<String> held = new ArrayList<>();
        try (Store store = store()) {
            store.nodes().all().stream()
                    .map(NodeRecord::instance)
                    .flatMap(Optional::stream)
                    .map(InstanceOnNode::id)
                    .forEach(id -> held.add(id.toString()));
        }
        assertThat(held).doesNotHaveDuplicates();
        List<String> served = new ArrayList<>();
        SocketClient.call(socket, "GET", "/v1/instances", "")
                .json()
                .path("uuids")
                .forEach(uuid -> served.add(uuid.asText()));
        assertThat(served).containsExactlyInAnyOrderElementsOf(held);
    }
}
