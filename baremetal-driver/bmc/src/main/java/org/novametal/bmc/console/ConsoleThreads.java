package org.novametal.bmc.console;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The threads and the timer of any number of consoles; their owner closes them.
 *
 * @param connecting runs one attempt to connect at a time for each console, which blocks: virtual threads
 * @param timer waits
 * @param clock monotonic nanoseconds
 */
public record ConsoleThreads(ExecutorService connecting, Timer timer, LongSupplier clock) {
    /** Checks that all are there. */
    public ConsoleThreads {
        Objects.requireNonNull(connecting, "connecting");
        Objects.requireNonNull(timer, "timer");
        Objects.requireNonNull(clock, "clock");
    }

    /** Does something later. */
    @FunctionalInterface
    public interface Timer {
        /** Runs a task, which does not block, once the time is over. */
        void after(Duration pause, Runnable task);
    }

    /**
     * This Java's timer.
     *
     * @param connecting as above
     * @param clock as above
     */
    public static ConsoleThreads of(ExecutorService connecting, LongSupplier clock) {
        return new ConsoleThreads(
                connecting,
                (pause, task) -> CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
                        .execute(task),
                clock);
    }
}
