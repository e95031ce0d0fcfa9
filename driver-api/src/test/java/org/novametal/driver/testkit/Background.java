package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/** A driver call on its own thread, so that a driver that hangs fails its test within the fixture's limit. */
final class Background {
    /** A driver call. */
    interface Call {
        void run() throws Exception;
    }

    private final String name;
    private final Duration limit;
    private final CompletableFuture<Optional<Throwable>> end = new CompletableFuture<>();
    private final Thread thread;

    private Background(String name, Duration limit, Call call) {
        this.name = name;
        this.limit = limit;
        this.thread = Thread.ofVirtual().name(name).unstarted(() -> {
            try {
                call.run();
                end.complete(Optional.empty());
            } catch (Throwable failure) {
                end.complete(Optional.of(failure));
            }
        });
    }

    static Background start(String name, Duration limit, Call call) {
        Background background = new Background(name, limit, call);
        background.thread.start();
        return background;
    }

    /** Waits until the call returns or throws any exception. */
    void awaitEnd() throws InterruptedException {
        failure();
    }

    void interrupt() {
        thread.interrupt();
    }

    boolean isDone() {
        return end.isDone();
    }

    /** Waits for the call to return. */
    void succeeds() throws InterruptedException {
        Optional<Throwable> failure = failure();
        if (failure.isPresent()) {
            throw new AssertionError(name + " failed and should have succeeded: " + failure.get(), failure.get());
        }
    }

    /** Waits for the call to throw a driver exception. */
    DriverException fails() throws InterruptedException {
        Throwable failure =
                failure().orElseThrow(() -> new AssertionError(name + " returned without a DriverException"));
        if (failure instanceof DriverException refused) {
            return refused;
        }
        throw new AssertionError(name + " threw " + failure + "; it should have thrown a DriverException", failure);
    }

    /** Waits for the call to throw a driver exception of that code. */
    void failsWith(ErrorCode code) throws InterruptedException {
        DriverException failure = fails();
        assertThat(failure.code()).as("the code of: %s", failure.getMessage()).isEqualTo(code);
    }

    /** Waits for the call to end with an {@link InterruptedException}. */
    void isInterrupted() throws InterruptedException {
        assertThat(failure()).as("what %s threw when interrupted", name).containsInstanceOf(InterruptedException.class);
    }

    private Optional<Throwable> failure() throws InterruptedException {
        try {
            return end.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException impossible) {
            throw new AssertionError(name + " failed unexpectedly", impossible);
        } catch (TimeoutException tooLong) {
            throw new AssertionError(
                    name + " has not returned after " + limit + "; its stack is "
                            + Arrays.toString(thread.getStackTrace()),
                    tooLong);
        }
    }
}
