package org.novametal.examples.computehost.server;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.novametal.examples.computehost.wire.OperationDocument;
import org.novametal.examples.computehost.wire.OperationKey;

/**
 * One operation that this process knows: its key, the fingerprint of its request and its end. Thread-safe.
 */
final class OperationEntry {
    private final OperationKey key;
    private final Optional<Fingerprint> fingerprint;
    private final OperationDocument begun;
    private final CompletableFuture<OperationDocument> end = new CompletableFuture<>();
    private final AtomicReference<Optional<Thread>> worker = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Instant>> endedAt = new AtomicReference<>(Optional.empty());

    /**
     * An operation that has begun.
     *
     * @param fingerprint of the request's body; absent when another process got the request
     */
    OperationEntry(OperationDocument begun, Optional<Fingerprint> fingerprint) {
        this.key = begun.key();
        this.begun = begun;
        this.fingerprint = fingerprint;
    }

    OperationKey key() {
        return key;
    }

    /** The state at the end, or else the state at the begin. */
    OperationDocument known() {
        return end.isCompletedExceptionally() ? begun : end.getNow(begun);
    }

    /** Whether the operation has ended. */
    boolean isFinished() {
        return end.isDone() && !end.isCompletedExceptionally();
    }

    /** When the operation ended. */
    Optional<Instant> endedAt() {
        return endedAt.get();
    }

    /** Whether a repeated request has the same body; true when this process does not know the first body. */
    boolean isSame(Fingerprint other) {
        return fingerprint.map(other::equals).orElse(true);
    }

    /** The thread that does the work; {@link #interrupt} interrupts it. */
    void workedBy(Thread thread) {
        worker.set(Optional.of(thread));
    }

    /** Interrupts the work, if it runs in this process. */
    void interrupt() {
        worker.get().ifPresent(Thread::interrupt);
    }

    void finish(OperationDocument state, Instant now) {
        endedAt.set(Optional.of(now));
        end.complete(state);
    }

    /** Ends all waits with an error, without an end of the operation. */
    void abandon(RuntimeException why) {
        end.completeExceptionally(why);
    }

    /**
     * Waits for the end.
     *
     * @return the state at the end, or empty when the limit came first
     * @throws RuntimeException the reason of {@link #abandon}
     */
    Optional<OperationDocument> await(Duration limit) throws InterruptedException {
        try {
            return Optional.of(end.get(limit.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            return Optional.empty();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e.getCause());
        }
    }
}
