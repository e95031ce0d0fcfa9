package org.novametal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novametal.scheduler.host.SampleHosts.instance;
import static org.novametal.scheduler.host.SampleHosts.node;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;

class ConcurrentSelectionTest {
    private static final Flavor ANY = Flavor.builder("any").vcpus(1).build();

    private final Fleet fleet = new Fleet();
    private final BaremetalHostManager manager = new BaremetalHostManager(Fleet.conf(""), fleet);

    @Test
    void twoHundredSelectionsOverAThousandNodesGetTwoHundredNodes() throws Exception {
        addNodes(1000);

        List<NodeName> chosen = atOnce(
                200, number -> manager.select(request(instance("i" + number))).node());

        assertThat(new HashSet<>(chosen)).hasSize(200);
        assertThat(manager.claims()).hasSize(200);
    }

    @Test
    void asManySelectionsAsNodesUseEveryNode() throws Exception {
        addNodes(100);

        List<NodeName> chosen = atOnce(
                100, number -> manager.select(request(instance("i" + number))).node());

        assertThat(new HashSet<>(chosen)).hasSize(100);
        assertThatThrownBy(() -> manager.select(request(instance("one too many"))))
                .isInstanceOf(NoValidHostException.class);
    }

    @Test
    void manySelectionsForOneInstanceGetOneNode() throws Exception {
        addNodes(50);

        List<NodeName> chosen = atOnce(
                50, number -> manager.select(request(instance("the one"))).node());

        assertThat(new HashSet<>(chosen)).hasSize(1);
        assertThat(manager.claims()).hasSize(1);
    }

    /**
     * Instances come and go on too few nodes. The holders are kept apart from the host manager and the reports: a node that
     * is given to two instances at once is found there, whatever they say.
     */
    @Test
    void noNodeIsEverGivenToTwoInstancesAtOnce() throws Exception {
        addNodes(8);
        ConcurrentMap<NodeName, InstanceId> holders = new ConcurrentHashMap<>();

        List<Integer> lives = atOnce(32, number -> {
            Random random = new Random(number);
            int lived = 0;
            for (int round = 0; round < 60; round++) {
                lived += live(instance("i" + number + "-" + round), holders, random);
            }
            return lived;
        });

        assertThat(lives.stream().mapToInt(Integer::intValue).sum()).isGreaterThan(500);
        assertThat(manager.claims()).isEmpty();
        assertThat(holders).isEmpty();
    }

    /** One instance's life: select, spawn, destroy; or select and give up. Returns how many were lived. */
    private int live(InstanceId id, ConcurrentMap<NodeName, InstanceId> holders, Random random) {
        NodeName node;
        try {
            node = manager.select(request(id)).node();
        } catch (NoValidHostException full) {
            return 0;
        }
        InstanceId other = holders.putIfAbsent(node, id);
        if (other != null) {
            throw new AssertionError(node + " was given to " + id + " while " + other + " had it");
        }
        if (random.nextInt(4) != 0) {
            fleet.give(node, id);
            manager.snapshot();
            holders.remove(node);
            fleet.free(node);
        } else {
            holders.remove(node);
        }
        manager.release(id);
        return 1;
    }

    private void addNodes(int count) {
        for (int i = 0; i < count; i++) {
            fleet.add(node("node-%04d".formatted(i)));
        }
    }

    private static RequestSpec request(InstanceId instance) {
        return RequestSpec.builder(instance, ANY).build();
    }

    private interface Task<T> {
        T run(int number) throws Exception;
    }

    /** Runs a task on as many threads, all let go at one moment. */
    private static <T> List<T> atOnce(int threads, Task<T> task) throws Exception {
        CountDownLatch ready = new CountDownLatch(threads);
        CountDownLatch go = new CountDownLatch(1);
        try (ExecutorService pool =
                Executors.newThreadPerTaskExecutor(Thread.ofPlatform().factory())) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int number = i;
                Callable<T> started = () -> {
                    ready.countDown();
                    assertThat(go.await(60, TimeUnit.SECONDS)).isTrue();
                    return task.run(number);
                };
                futures.add(pool.submit(started));
            }
            assertThat(ready.await(60, TimeUnit.SECONDS)).isTrue();
            go.countDown();
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(60, TimeUnit.SECONDS));
            }
            return results;
        }
    }
}
