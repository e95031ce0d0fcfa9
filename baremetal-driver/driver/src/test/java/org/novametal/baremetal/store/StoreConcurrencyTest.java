package org.novametal.baremetal.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.driver.model.InstanceId;

class StoreConcurrencyTest {
    @TempDir
    Path folder;

    @Test
    void ofManyClaimsInTwoStoresExactlyOneWins() throws Exception {
        int threads = 16;
        try (Store here = StoreFixture.open(folder);
                Store there = StoreFixture.open(folder);
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 1; round <= 20; round++) {
                UUID node = here.nodes().enrol(StoreFixture.spec(round)).uuid();
                CyclicBarrier start = new CyclicBarrier(threads);
                List<Future<Boolean>> outcomes = new ArrayList<>();
                List<InstanceOnNode> instances = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    Store store = i % 2 == 0 ? here : there;
                    InstanceOnNode instance = StoreFixture.instance("vm-" + round + "-" + i);
                    instances.add(instance);
                    outcomes.add(pool.submit(() -> {
                        start.await(60, TimeUnit.SECONDS);
                        return store.nodes().claim(node, instance);
                    }));
                }
                List<InstanceOnNode> winners = new ArrayList<>();
                for (int i = 0; i < threads; i++) {
                    if (outcomes.get(i).get()) {
                        winners.add(instances.get(i));
                    }
                }
                assertThat(winners).hasSize(1);
                assertThat(there.nodes().find(node))
                        .flatMap(NodeRecord::instance)
                        .contains(winners.getFirst());
            }
        }
    }

    @Test
    void changesOfOneOperationFromTwoStoresAreNotLost() throws Exception {
        try (Store here = StoreFixture.open(folder);
                Store there = StoreFixture.open(folder);
                ExecutorService pool = Executors.newVirtualThreadPerTaskExecutor()) {
            UUID node = here.nodes().enrol(StoreFixture.spec(1)).uuid();
            InstanceOnNode instance = StoreFixture.instance("vm-1");
            here.nodes().claim(node, instance);
            OperationRecord operation = StoreFixture.deployment(node, instance);
            here.operations().begin(operation, Map.of(), ProvisionEvent.DEPLOY);
            List<Future<OperationRecord>> changes = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                Store store = i % 2 == 0 ? here : there;
                changes.add(
                        pool.submit(() -> store.operations().change(operation.id(), StoreConcurrencyTest::counted)));
            }
            for (Future<OperationRecord> change : changes) {
                change.get();
            }
            assertThat(here.operations().find(operation.id()))
                    .map(o -> o.memory().get("count"))
                    .contains("100");
        }
    }

    private static OperationRecord counted(OperationRecord operation) {
        int count = Integer.parseInt(operation.memory().getOrDefault("count", "0"));
        return operation.remembering("count", String.valueOf(count + 1), StoreFixture.NOW);
    }

    /** Another process: enrols a node and claims it, over and over, and says so once each is acknowledged. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] arguments) {
            try (Store store = StoreFixture.open(Path.of(arguments[0]))) {
                for (int number = 1; number < 65_536; number++) {
                    NodeRecord node = store.nodes().enrol(StoreFixture.spec(number));
                    InstanceOnNode instance = StoreFixture.instance("vm-" + number);
                    if (!store.nodes().claim(node.uuid(), instance)) {
                        throw new IllegalStateException("the claim of a new node was lost");
                    }
                    System.out.println(node.uuid() + " " + instance.id());
                }
            }
        }
    }

    @Test
    void whatAnotherProcessWasToldIsWrittenSurvivesItsKillingWhileWeReadAndWrite() throws Exception {
        record Acknowledged(UUID node, InstanceId instance) {}
        List<Acknowledged> acknowledged = new ArrayList<>();
        try (Store store = StoreFixture.open(folder)) {
            Process process = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "java")
                                    .toString(),
                            "-XX:TieredStopAtLevel=1",
                            "-XX:+UseSerialGC",
                            "--enable-native-access=ALL-UNNAMED",
                            "-cp",
                            System.getProperty("java.class.path"),
                            Writer.class.getName(),
                            folder.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try (BufferedReader lines = process.inputReader()) {
                String line = lines.readLine();
                while (line != null) {
                    if (line.matches("[0-9a-f-]{36} [0-9a-f-]{36}")) {
                        acknowledged.add(new Acknowledged(
                                UUID.fromString(line.substring(0, 36)), InstanceId.of(line.substring(37))));
                        store.settings().save("seen", Integer.toString(acknowledged.size()));
                        assertThat(store.nodes().all()).hasSizeGreaterThanOrEqualTo(acknowledged.size());
                    }
                    if (acknowledged.size() == 20) {
                        process.toHandle().destroyForcibly(); // SIGKILL
                    }
                    line = lines.readLine();
                }
            } finally {
                process.destroyForcibly();
            }
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isEqualTo(128 + 9);
        }
        assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(20);
        try (Store store = StoreFixture.open(folder)) {
            for (Acknowledged one : acknowledged) {
                assertThat(store.nodes().find(one.node()))
                        .flatMap(NodeRecord::instance)
                        .map(InstanceOnNode::id)
                        .contains(one.instance());
            }
            assertThat(store.settings().find("seen")).contains(Integer.toString(acknowledged.size()));
        }
    }
}
