package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.BareMetalDriver;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.FakeCloud;
import org.novametal.baremetal.NodeOperations.Request;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;
import org.novametal.driver.testkit.Eventually;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;
import org.novametal.fake.FakeRack;

/**
 * Sixty-four threads spawn, destroy, switch, describe and import on eight nodes whose BMCs fail now and then, half of the
 * descriptions and all imports and verbs beside the host, and two other processes describe, import and request verbs too. {@code -Drace.duration=PT1M} sets how long, {@code -Drace.seed=N}
 * repeats the choices of each thread.
 */
@Tag("peers")
@Timeout(900)
class RaceTest {
    private static final int NODES = 8;
    private static final int THREADS = 64;
    private static final Duration DURATION = Duration.parse(System.getProperty("race.duration", "PT15S"));
    private static final long SEED = Long.getLong("race.seed", System.nanoTime());
    private static final Duration LIMIT = Duration.ofMinutes(4);
    private static final RequestContext CONTEXT = RequestContext.of("req-race");
    private static final List<FakeFault> FAULTS = List.of(
            FakeFault.DROP,
            FakeFault.DELAY,
            FakeFault.DUPLICATE,
            FakeFault.REORDER,
            FakeFault.CORRUPT,
            FakeFault.SESSION_FORGOTTEN,
            FakeFault.BMC_RESET,
            FakeFault.SLOW_POWER,
            FakeFault.POWER_IGNORED,
            FakeFault.NO_SOFT_OFF);

    @TempDir
    Path folder;

    /** The instance that a thread has on a node, from the end of its spawn to the begin of its destroy. */
    private final Map<NodeName, InstanceId> booked = new ConcurrentHashMap<>();

    private final Queue<String> violations = new ConcurrentLinkedQueue<>();
    private final SortedMap<String, AtomicInteger> counts = new ConcurrentSkipListMap<>();

    private enum Role {
        LIFE,
        POWER,
        DESCRIBE,
        IMPORT,
        VERB
    }

    /** Something that a thread does again and again. */
    @FunctionalInterface
    private interface Action {
        void run(Random random) throws Exception;
    }

    /** A command line that opens the inventory for each thing that it does. */
    static final class Beside {
        private Beside() {}

        /** Arguments: the cloud's folder, for how long, a seed. */
        public static void main(String[] arguments) throws Exception {
            BareMetalOptions options =
                    BareMetalOptions.from(FakeCloud.conf(Path.of(arguments[0])).build());
            long end = System.nanoTime() + Duration.parse(arguments[1]).toNanos();
            Random random = new Random(Long.parseLong(arguments[2]));
            while (System.nanoTime() < end) {
                try (BareMetalInventory inventory =
                        BareMetalInventory.open(options, InstantSource.system(), Missing.REFUSE)) {
                    switch (random.nextInt(3)) {
                        case 0 -> describe(inventory.enrolment(), random);
                        case 1 ->
                            Documents.importChanged(inventory.enrolment(), idle(inventory.enrolment(), random), random);
                        default -> verb(inventory, random);
                    }
                    System.out.println("done");
                } catch (DriverException e) {
                    System.out.println(e.code());
                    pause(random);
                }
            }
        }

        private static Process start(FakeCloud cloud, long seed) throws IOException {
            return new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Beside.class.getName(),
                            cloud.folder().toString(),
                            DURATION.toString(),
                            Long.toString(seed))
                    .redirectErrorStream(true)
                    .redirectOutput(
                            cloud.folder().resolve("beside-" + seed + ".log").toFile())
                    .start();
        }
    }

    @Test
    void noNodeIsBookedTwiceAndEveryOperationEndsWhileManyWorkOnFewNodes() throws Exception {
        System.out.println("race: seed " + SEED + ", " + DURATION);
        try (FakeCloud cloud = new FakeCloud(folder, NODES);
                BareMetalDriver driver = new BareMetalDriver(
                        cloud.conf()
                                .overlay("baremetal", "deploy_callback_timeout", "20")
                                .overlay("baremetal", "boot_retry_timeout", "5")
                                .build(),
                        new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()))) {
            driver.initHost(new HostName("compute-0"));
            try (BareMetalInventory beside =
                            BareMetalInventory.open(cloud.options(), InstantSource.system(), Missing.REFUSE);
                    Store store = cloud.openStore()) {
                List<Process> commands = List.of(Beside.start(cloud, SEED), Beside.start(cloud, SEED + 1));
                try {
                    race(cloud, driver, beside);
                    for (Process command : commands) {
                        if (!command.waitFor(LIMIT) || command.exitValue() != 0) {
                            violations.add("a command beside the host did not end well: " + lastLines(cloud));
                        }
                    }
                } finally {
                    commands.forEach(Process::destroyForcibly);
                }
                cloud.rack().slots().forEach(slot -> slot.fakeBmc().setFaults(FakeFaults.NONE));
                everyOperationEnds(store);
                everyNodeIsUsableAgain(driver, store);
                for (NodeRecord node : store.nodes().all()) {
                    Documents.importChanged(beside.enrolment(), node.name(), new Random(SEED));
                }
            }
        }
        System.out.println("race: " + counts);
        assertThat(violations).isEmpty();
    }

    private static String lastLines(FakeCloud cloud) throws IOException {
        StringBuilder text = new StringBuilder();
        for (long seed = SEED; seed <= SEED + 1; seed++) {
            List<String> lines = Files.readAllLines(cloud.folder().resolve("beside-" + seed + ".log"));
            text.append(lines.subList(Math.max(0, lines.size() - 20), lines.size()));
        }
        return text.toString();
    }

    private void race(FakeCloud cloud, BareMetalDriver driver, BareMetalInventory beside) throws InterruptedException {
        long end = System.nanoTime() + DURATION.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            Role role = switch (i % 8) {
                case 0, 1, 2, 3 -> Role.LIFE;
                case 4 -> Role.POWER;
                case 5 -> Role.DESCRIBE;
                case 6 -> Role.IMPORT;
                default -> Role.VERB;
            };
            int number = i;
            Action action = switch (role) {
                case LIFE -> random -> life(cloud, driver, random);
                case POWER -> random -> power(driver, beside, random);
                case DESCRIBE -> random -> describe(number % 16 == 5 ? driver.enrolment() : beside.enrolment(), random);
                case IMPORT ->
                    random -> Documents.importChanged(beside.enrolment(), idle(beside.enrolment(), random), random);
                case VERB -> random -> verb(beside, random);
            };
            threads.add(Thread.ofPlatform().name("race-" + i).start(() -> repeat(role, action, number, end)));
        }
        Random random = new Random(SEED);
        while (System.nanoTime() < end) {
            FakeRack.Slot slot = cloud.rack().slots().get(random.nextInt(NODES));
            FakeFault fault = FAULTS.get(random.nextInt(FAULTS.size()));
            slot.fakeBmc()
                    .setFaults(random.nextInt(3) > 0 ? FakeFaults.NONE : FakeFaults.NONE.with(fault, fault.usual()));
            Thread.sleep(200); // each BMC changes its faults every few seconds
        }
        cloud.rack().slots().forEach(slot -> slot.fakeBmc().setFaults(FakeFaults.NONE));
        for (Thread thread : threads) {
            if (!thread.join(LIMIT)) {
                violations.add(thread.getName() + " does not end: " + List.of(thread.getStackTrace()));
            }
        }
        assertThat(ManagementFactory.getThreadMXBean().findDeadlockedThreads())
                .as("threads in a deadlock")
                .isNull();
    }

    private void repeat(Role role, Action action, int number, long end) {
        Random random = new Random(SEED + number);
        String name = role.name().toLowerCase(Locale.ROOT);
        while (System.nanoTime() < end) {
            try {
                action.run(random);
                count(name + ": done");
            } catch (DriverException e) {
                count(name + ": " + e.code());
                pause(random);
            } catch (Exception | AssertionError e) {
                violations.add(name + ": " + e);
            }
        }
    }

    /** A refused caller does not ask again at once. */
    private static void pause(Random random) {
        Uninterruptibles.sleepUninterruptibly(Duration.ofMillis(random.nextInt(200)));
    }

    private void count(String what) {
        counts.computeIfAbsent(what, _ -> new AtomicInteger()).incrementAndGet();
    }

    // ---- what the threads do

    private void life(FakeCloud cloud, BareMetalDriver driver, Random random) throws Exception {
        NodeName node = FakeCloud.nodeName(random.nextInt(NODES));
        Instance instance = instance(new InstanceId(new UUID(random.nextLong(), random.nextLong())), node);
        try {
            driver.spawn(
                    CONTEXT,
                    SpawnRequest.builder(
                                    instance,
                                    ImageMeta.builder("image-1")
                                            .source(cloud.imageUrl())
                                            .build())
                            .build());
            InstanceId other = booked.putIfAbsent(node, instance.id());
            if (other != null) {
                violations.add("node " + node + " has instances " + other + " and " + instance.id());
            }
            count("spawn: done");
            Thread.sleep(random.nextInt(1000)); // so that others find a running instance
        } finally {
            booked.remove(node, instance.id());
            driver.destroy(CONTEXT, DestroyRequest.of(instance));
        }
    }

    private static Instance instance(InstanceId id, NodeName node) {
        Flavor flavor =
                Flavor.builder("metal").vcpus(4).memoryMb(8192).rootGb(1).build();
        return Instance.builder(id, flavor)
                .name("vm-" + id)
                .hostname("web1")
                .node(node)
                .build();
    }

    private static void power(BareMetalDriver driver, BareMetalInventory beside, Random random) throws Exception {
        List<Instance> instances = beside.enrolment().list().stream()
                .flatMap(node -> node.instance().stream().map(held -> instance(held.id(), node.name())))
                .toList();
        requireOncePerNode(beside.enrolment().list());
        if (instances.isEmpty()) {
            Thread.sleep(20); // nothing to switch yet
            return;
        }
        Instance instance = instances.get(random.nextInt(instances.size()));
        switch (random.nextInt(3)) {
            case 0 -> driver.powerOff(CONTEXT, PowerOffRequest.hard(instance));
            case 1 -> driver.powerOn(CONTEXT, instance);
            default -> driver.reboot(CONTEXT, new RebootRequest(instance, RebootRequest.RebootType.HARD));
        }
    }

    private static void requireOncePerNode(List<NodeRecord> nodes) {
        List<InstanceId> held = nodes.stream()
                .map(NodeRecord::instance)
                .flatMap(Optional::stream)
                .map(InstanceOnNode::id)
                .toList();
        assertThat(held).as("an instance has one node").doesNotHaveDuplicates();
    }

    private static void describe(Enrolment enrolment, Random random) {
        NodeName name = idle(enrolment, random);
        String text = "described as " + random.nextInt();
        enrolment.update(
                enrolment.show(name).node(),
                spec -> spec.toBuilder()
                        .notes(spec.notes().withDescription(Optional.of(text)))
                        .build());
    }

    /** A node on which nothing worked a moment ago; if there is none, any node. */
    private static NodeName idle(Enrolment enrolment, Random random) {
        List<NodeName> idle = enrolment.list().stream()
                .filter(node -> node.operation().isEmpty())
                .map(NodeRecord::name)
                .toList();
        return idle.isEmpty() ? FakeCloud.nodeName(random.nextInt(NODES)) : idle.get(random.nextInt(idle.size()));
    }

    private static void verb(BareMetalInventory beside, Random random) throws InterruptedException {
        List<NodeVerb> verbs = random.nextInt(100) == 0
                ? List.of(NodeVerb.ABORT)
                : List.of(NodeVerb.MANAGE, NodeVerb.PROVIDE, NodeVerb.CLEAN, NodeVerb.INSPECT, NodeVerb.PROVIDE);
        Thread.sleep(random.nextInt(500)); // operators are slower than programs
        beside.operations()
                .request(new Request(
                        FakeCloud.nodeName(random.nextInt(NODES)),
                        verbs.get(random.nextInt(verbs.size())),
                        Map.of(),
                        Map.of(),
                        "an operator",
                        WithoutHost.REFUSE));
    }

    // ---- afterwards

    private static void everyOperationEnds(Store store) throws Exception {
        Eventually.holds(
                "every operation ends",
                LIMIT,
                () -> store.operations().unfinished().isEmpty()
                        && store.operations().requested().isEmpty());
    }

    /** Does what an operator would do with each node until it is free. */
    private static void everyNodeIsUsableAgain(BareMetalDriver driver, Store store) throws Exception {
        Eventually.holds("every node is free", LIMIT, () -> {
            Collection<NodeRecord> left = store.nodes().all().stream()
                    .filter(node -> node.state() != ProvisionState.AVAILABLE
                            || node.instance().isPresent()
                            || node.marks().whyNotFree().isPresent())
                    .collect(Collectors.toList());
            for (NodeRecord node : left) {
                if (node.operation().isEmpty()) {
                    free(driver, node);
                }
            }
            return left.isEmpty();
        });
    }

    private static void free(BareMetalDriver driver, NodeRecord node) throws InterruptedException {
        try {
            if (node.instance().isPresent()) {
                driver.destroy(
                        CONTEXT,
                        DestroyRequest.of(instance(node.instance().get().id(), node.name())));
                return;
            }
            Optional<NodeVerb> verb = switch (node.state()) {
                case CLEAN_FAILED -> Optional.of(NodeVerb.CLEAN);
                case MANAGEABLE -> Optional.of(NodeVerb.PROVIDE);
                case ENROLL, INSPECT_FAILED, AVAILABLE -> Optional.of(NodeVerb.MANAGE);
                default -> Optional.empty();
            };
            verb.ifPresent(value -> driver.nodeOperations()
                    .await(
                            driver.nodeOperations()
                                    .request(Request.of(node.name(), value, "an operator"))
                                    .id(),
                            Duration.ofSeconds(30)));
        } catch (DriverException e) {
            System.out.println("race: node " + node.name() + " is not free yet: " + e.getMessage());
        }
    }
}
