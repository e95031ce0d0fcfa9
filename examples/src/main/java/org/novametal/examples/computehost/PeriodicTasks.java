package org.novametal.examples.computehost;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Work that is repeated at intervals. Each task has a virtual thread: it never overlaps itself, never delays another one, and an
 * error ends one run of it and nothing else. Each pause is the interval, less or more a tenth of it at random, so that many hosts
 * do not work in step; the first run comes after a random part of the interval.
 *
 * <p>Metrics, with the tag {@code task}: {@code novametal.tasks.runs} (timer), {@code novametal.tasks.failures} (counter), {@code
 * novametal.tasks.last.run} (seconds since 1970 of the end of the last run; 0 before it).
 *
 * <p>Thread-safe.
 */
public final class PeriodicTasks implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PeriodicTasks.class);
    private static final double JITTER = 0.1;

    /** Work that a task repeats. */
    @FunctionalInterface
    public interface Work {
        /** Does the work once. */
        void run() throws InterruptedException;
    }

    /** Waits; a parameter so that tests need not. */
    @FunctionalInterface
    public interface Sleeper {
        /** Waits for that time. */
        void sleep(Duration time) throws InterruptedException;
    }

    private final MeterRegistry registry;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final Sleeper sleeper;

    /** Guarded by this object. */
    private final List<Thread> threads = new ArrayList<>();

    /** No tasks yet. */
    public PeriodicTasks(MeterRegistry registry, InstantSource clock, RandomGenerator random, Sleeper sleeper) {
        this.registry = registry;
        this.clock = clock;
        this.random = random;
        this.sleeper = sleeper;
    }

    /**
     * Begins a task; does nothing if the interval is zero.
     *
     * @param name the task's name in logs and metrics
     */
    public synchronized void start(String name, Duration interval, Work work) {
        if (interval.isZero()) {
            return;
        }
        Timer runs = Timer.builder("novametal.tasks.runs")
                .description("runs of the periodic tasks")
                .tag("task", name)
                .register(registry);
        Counter failures = Counter.builder("novametal.tasks.failures")
                .description("failed runs of the periodic tasks")
                .tag("task", name)
                .register(registry);
        AtomicLong lastRun = new AtomicLong();
        Gauge.builder("novametal.tasks.last.run", lastRun, AtomicLong::doubleValue)
                .description("when the last run of a periodic task ended, seconds since 1970")
                .tag("task", name)
                .strongReference(true)
                .register(registry);
        Thread thread = Thread.ofVirtual().name("task-" + name).unstarted(() -> {
            try {
                sleeper.sleep(part(interval, random.nextDouble()));
                while (true) {
                    long begin = System.nanoTime();
                    runOnce(name, work, failures);
                    runs.record(Duration.ofNanos(System.nanoTime() - begin));
                    lastRun.set(clock.instant().getEpochSecond());
                    sleeper.sleep(part(interval, 1 - JITTER + 2 * JITTER * random.nextDouble()));
                }
            } catch (InterruptedException e) {
                LOG.debug("the task {} has ended", name);
            }
        });
        threads.add(thread);
        thread.start();
    }

    private static Duration part(Duration interval, double factor) {
        return Duration.ofMillis(Math.max(1, Math.round(interval.toMillis() * factor)));
    }

    private static void runOnce(String name, Work work, Counter failures) throws InterruptedException {
        try {
            work.run();
        } catch (RuntimeException e) {
            failures.increment();
            LOG.warn("the task {} failed and is tried again at its next time: {}", name, e.toString());
            LOG.debug("the failure of the task {}", name, e);
        }
    }

    /** Interrupts all tasks and waits for them, but not longer than a few seconds. */
    @Override
    public synchronized void close() {
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            try {
                if (!thread.join(Duration.ofSeconds(2))) {
                    LOG.warn("{} does not end", thread.getName());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        threads.clear();
    }
}
