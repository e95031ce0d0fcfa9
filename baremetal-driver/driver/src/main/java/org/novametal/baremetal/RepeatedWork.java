package org.novametal.baremetal;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.metrics.DriverMetrics;
import org.novametal.baremetal.metrics.DriverMetrics.Task;
import org.novametal.baremetal.metrics.DriverMetrics.TaskOutcome;
import org.novametal.baremetal.power.PowerService.Sleeper;
import org.novametal.driver.error.DriverException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that the driver repeats on a virtual thread of its kind: it never overlaps itself, never delays other work, and a failure
 * ends one run and nothing else. Each pause is the interval, less or more a tenth of it at random. Each run is measured.
 *
 * <p>Safe for several threads; {@link #thread} is guarded by this object.
 */
final class RepeatedWork implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RepeatedWork.class);
    private static final double JITTER = 0.1;

    private final Task task;
    private final Runnable work;
    private final Optional<DriverMetrics> metrics;
    private final InstantSource clock;
    private @Nullable Thread thread;

    RepeatedWork(Task task, Runnable work, Optional<DriverMetrics> metrics, InstantSource clock) {
        this.task = task;
        this.work = work;
        this.metrics = metrics;
        this.clock = clock;
    }

    /** Repeats the work, first after an interval, until this is closed. */
    synchronized void start(Duration interval, RandomGenerator random, Sleeper sleeper) {
        thread = Thread.ofVirtual().name(task.text()).start(() -> {
            try {
                while (true) {
                    double factor = 1 - JITTER + 2 * JITTER * random.nextDouble();
                    sleeper.sleep(Duration.ofMillis(Math.max(1, Math.round(interval.toMillis() * factor))));
                    run();
                }
            } catch (InterruptedException e) {
                // Closed.
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Does the work once; a failure is logged and counted. */
    void run() {
        long begun = System.nanoTime();
        TaskOutcome outcome = TaskOutcome.FAILED;
        try {
            work.run();
            outcome = TaskOutcome.DONE;
        } catch (DriverException e) {
            LOG.warn("{} failed; the next run tries again: {}", task.text(), e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("{} failed unexpectedly; the next run runs as planned", task.text(), e);
        }
        measure(metrics, task, outcome, Duration.ofNanos(System.nanoTime() - begun), clock);
    }

    /** Reports a run to the metrics, if there are any. */
    static void measure(
            Optional<DriverMetrics> metrics, Task task, TaskOutcome outcome, Duration took, InstantSource clock) {
        metrics.ifPresent(listener -> listener.taskRan(task, outcome, took, clock.instant()));
    }

    /** Ends the repetition. Idempotent. */
    @Override
    public void close() {
        @Nullable Thread running;
        synchronized (this) {
            running = thread;
            thread = null;
        }
        if (running != null) {
            running.interrupt();
        }
    }
}
