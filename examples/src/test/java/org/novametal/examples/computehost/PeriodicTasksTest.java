package org.novametal.examples.computehost;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.novametal.driver.testing.SteppedClock;
import org.novametal.driver.testkit.Eventually;

class PeriodicTasksTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long SEED = 42;

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final SteppedClock clock = new SteppedClock(Instant.ofEpochSecond(1_000));
    private final List<Duration> pauses = new CopyOnWriteArrayList<>();
    private final SynchronousQueue<String> ticks = new SynchronousQueue<>();
    private final PeriodicTasks tasks = new PeriodicTasks(registry, clock, new Random(SEED), pause -> {
        pauses.add(pause);
        ticks.take();
    });

    @AfterEach
    void end() {
        tasks.close();
    }

    private void tick() throws InterruptedException {
        assertThat(ticks.offer("tick", LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void eachPauseIsJitteredAndTheFirstIsAPartOfTheInterval() throws Exception {
        Duration interval = Duration.ofSeconds(10);
        tasks.start("t", interval, () -> {});
        for (int i = 0; i < 50; i++) {
            tick();
        }
        Eventually.holds("the last pause has begun", LIMIT, () -> pauses.size() > 50);
        assertThat(pauses.getFirst()).as("seed %d", SEED).isLessThanOrEqualTo(interval);
        assertThat(pauses.subList(1, pauses.size()))
                .as("seed %d", SEED)
                .allMatch(pause -> pause.toMillis() >= 9_000 && pause.toMillis() <= 11_000)
                .anyMatch(pause -> pause.toMillis() < 9_500)
                .anyMatch(pause -> pause.toMillis() > 10_500);
    }

    @Test
    void aTaskThatTakesLongNeitherOverlapsItselfNorDelaysAnother() throws Exception {
        CountDownLatch hold = new CountDownLatch(1);
        AtomicInteger slow = new AtomicInteger();
        tasks.start("slow", Duration.ofSeconds(1), () -> {
            slow.incrementAndGet();
            hold.await();
        });
        tick();
        Eventually.holds("the slow task runs", LIMIT, () -> slow.get() == 1);
        AtomicInteger fast = new AtomicInteger();
        tasks.start("fast", Duration.ofSeconds(1), fast::incrementAndGet);
        for (int i = 0; i < 5; i++) {
            tick();
        }
        Eventually.holds("the fast task has run", LIMIT, () -> fast.get() == 5);
        assertThat(slow).hasValue(1);
        hold.countDown();
    }

    @Test
    void aFailureIsCountedAndTheTaskRunsAgain() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        tasks.start("t", Duration.ofSeconds(1), () -> {
            if (runs.incrementAndGet() == 1) {
                throw new IllegalStateException("the first run fails");
            }
        });
        tick();
        tick();
        Eventually.holds(
                "it has run twice",
                LIMIT,
                () -> registry.get("novametal.tasks.runs").timer().count() == 2);
        assertThat(registry.get("novametal.tasks.failures")
                        .tag("task", "t")
                        .counter()
                        .count())
                .isEqualTo(1);
        Eventually.holds(
                "the time of the last run is known",
                LIMIT,
                () -> registry.get("novametal.tasks.last.run").gauge().value() == 1_000);
    }

    @Test
    void anIntervalOfZeroSwitchesATaskOff() {
        tasks.start("t", Duration.ZERO, () -> {});
        assertThat(registry.getMeters()).isEmpty();
    }
}
