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
 * @param connecting runs blocking attempts to connect, one at a time for each console, on virtual threads
 * @param timer runs tasks later
 * @param clock monotonic nanoseconds
 */
public record ConsoleThreads(ExecutorService connecting, Timer timer, LongSupplier clock) {
    /** Checks that no part is null. */
    public ConsoleThreads {
        Objects.requireNonNull(connecting, "connecting");
        Objects.requireNonNull(timer, "timer");
        Objects.requireNonNull(clock, "clock");
    }

    /** Runs tasks after a delay. */
    @FunctionalInterface
    public interface Timer {
        /** Runs a task, which must not block, after a pause. */
        void after(Duration pause, Runnable task);
    }

    /**
     * Creates threads with the timer of the Java runtime.
     *
     * @param connecting runs blocking attempts to connect
     * @param clock monotonic nanoseconds
     */
    public static ConsoleThreads of(ExecutorService connecting, LongSupplier clock) {
        return new ConsoleThreads(
                connecting,
                (pause, task) -> CompletableFuture.delayedExecutor(pause.toNanos(), TimeUnit.NANOSECONDS, Runnable::run)
                        .execute(task),
                clock);
    }
}
