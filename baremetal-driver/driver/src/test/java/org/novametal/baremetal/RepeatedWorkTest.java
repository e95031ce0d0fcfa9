package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.ArgumentMatchers.any;
import static org.mockito.ArgumentMatchers.eq;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.verify;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.metrics.DriverMetrics;
import org.novametal.baremetal.metrics.DriverMetrics.Task;
import org.novametal.baremetal.metrics.DriverMetrics.TaskOutcome;
import org.novametal.driver.testkit.Eventually;

class RepeatedWorkTest {
    private static final long SEED = 42;
    private static final Instant NOW = Instant.parse("2026-11-21T10:15:30Z");
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private final DriverMetrics metrics = mock(DriverMetrics.class);

    private RepeatedWork work(Runnable run) {
        return new RepeatedWork(Task.OPERATION_PRUNING, run, Optional.of(metrics), InstantSource.fixed(NOW));
    }

    @Test
    void theWorkIsRepeatedAfterJitteredPausesUntilItIsClosed() throws Exception {
        AtomicInteger runs = new AtomicInteger();
        List<Duration> pauses = new CopyOnWriteArrayList<>();
        SynchronousQueue<String> ticks = new SynchronousQueue<>();
        RepeatedWork repeated = work(runs::incrementAndGet);
        repeated.start(Duration.ofSeconds(10), new Random(SEED), pause -> {
            pauses.add(pause);
            ticks.take();
        });
        for (int i = 0; i < 30; i++) {
            assertThat(ticks.offer("tick", 30, TimeUnit.SECONDS)).isTrue();
        }
        Eventually.holds("all runs are done", LIMIT, () -> runs.get() == 30 && pauses.size() == 31);
        assertThat(pauses)
                .as("seed %d", SEED)
                .allMatch(pause -> pause.toMillis() >= 9_000 && pause.toMillis() <= 11_000)
                .anyMatch(pause -> pause.toMillis() < 9_800)
                .anyMatch(pause -> pause.toMillis() > 10_200);
        repeated.close();
        Eventually.holds("nothing waits for another run", LIMIT, () -> !ticks.offer("tick"));
    }

    @Test
    void aFailedRunIsMeasuredAndStopsNothing() {
        RepeatedWork failing = work(() -> {
            throw new IllegalStateException("broken");
        });
        failing.run();
        verify(metrics).taskRan(eq(Task.OPERATION_PRUNING), eq(TaskOutcome.FAILED), any(), eq(NOW));
        work(() -> {}).run();
        verify(metrics).taskRan(eq(Task.OPERATION_PRUNING), eq(TaskOutcome.DONE), any(), eq(NOW));
    }
}
