package org.novametal.bmc.redfish;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ChassisPower;

/**
 * The power polls of one BMC. Each runs on a virtual thread as long as it is under way; between polls a BMC keeps its
 * connection and no thread. A BMC that did not answer several polls is contacted less and less often. Safe for several threads;
 * guarded by itself.
 */
final class RedfishPolls {
    /** How many polls without answer contact the BMC before the pauses begin. */
    private static final int PATIENT_POLLS = 3;

    private static final Duration FIRST_PAUSE = Duration.ofSeconds(15);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(4);

    private final BmcAddress address;
    private final Deadlines deadlines;
    private final LongSupplier clock;
    private int unanswered;
    private long pausedUntil;

    /** Reads the power. */
    interface Reading {
        /** Reads within a limit. */
        ChassisPower within(Duration limit) throws InterruptedException;
    }

    RedfishPolls(BmcAddress address, Deadlines deadlines, LongSupplier clock) {
        this.address = address;
        this.deadlines = deadlines;
        this.clock = clock;
    }

    /** Starts a poll; it ends at the limit at the latest. */
    CompletableFuture<ChassisPower> start(Duration limit, Reading reading) {
        Duration pause = pause();
        if (pause.isPositive()) {
            return CompletableFuture.failedFuture(unreachable(
                    "it did not answer the last polls; it is contacted again in " + (pause.toSeconds() + 1) + " s",
                    null));
        }
        CompletableFuture<ChassisPower> read = new CompletableFuture<>();
        Thread thread = Thread.ofVirtual().name("redfish-poll").unstarted(() -> run(read, limit, reading));
        CompletableFuture<ChassisPower> poll = read.exceptionallyCompose(this::failed);
        Deadlines.Watch watch =
                deadlines.watch(limit.toNanos(), () -> read.completeExceptionally(new TimeoutException()));
        var _ = poll.whenComplete((power, failure) -> {
            watch.end();
            if (failure == null) {
                answered();
            } else if (poll.isCancelled() || read.isCompletedExceptionally()) {
                thread.interrupt();
            }
        });
        thread.start();
        return poll;
    }

    private static void run(CompletableFuture<ChassisPower> read, Duration limit, Reading reading) {
        try {
            read.complete(reading.within(limit));
        } catch (InterruptedException e) {
            // The poll was cancelled, or its time is over.
            read.cancel(false);
        } catch (Throwable e) {
            read.completeExceptionally(e);
        }
    }

    private CompletableFuture<ChassisPower> failed(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        BmcException known = switch (cause) {
            case TimeoutException e -> unreachable("no answer to a poll within the limit", e);
            default -> BmcException.unexpected("BMC " + address, cause);
        };
        if (known.reason() == Reason.UNREACHABLE) {
            unanswered();
        } else if (known.reason() != Reason.CLOSED) {
            answered();
        }
        return CompletableFuture.failedFuture(known);
    }

    private synchronized Duration pause() {
        return unanswered < PATIENT_POLLS ? Duration.ZERO : Duration.ofNanos(pausedUntil - clock.getAsLong());
    }

    private synchronized void unanswered() {
        unanswered++;
        int doublings = Math.min(Math.max(0, unanswered - PATIENT_POLLS), 10);
        long pause = Math.min(LONGEST_PAUSE.toNanos(), FIRST_PAUSE.toNanos() << doublings);
        pausedUntil = clock.getAsLong() + pause;
    }

    private synchronized void answered() {
        unanswered = 0;
    }

    private BmcException unreachable(String what, @Nullable Throwable cause) {
        return new BmcException(Reason.UNREACHABLE, "BMC " + address + ": " + what, cause);
    }
}
