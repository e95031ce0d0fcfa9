package org.novametal.bmc.redfish;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A number of turns that requests take one after another in order of arrival. Unlike a semaphore, it sets no timer for each
 * wait. Thread-safe; guarded by itself.
 */
final class HttpTurns {
    private final Deadlines deadlines;

    /** The requests without a turn; each is completed with whether it got one. Empty while turns are free. */
    private final Deque<CompletableFuture<Boolean>> waiting = new ArrayDeque<>();

    private int free;

    HttpTurns(int count, Deadlines deadlines) {
        this.free = count;
        this.deadlines = deadlines;
    }

    /**
     * Waits for a turn; each turn must be given back by {@link #leave}.
     *
     * @return whether there was a turn within the limit
     */
    boolean enter(long limitNanos) throws InterruptedException {
        CompletableFuture<Boolean> turn = new CompletableFuture<>();
        synchronized (this) {
            if (free > 0) {
                free--;
                return true;
            }
            waiting.add(turn);
        }
        Deadlines.Watch watch = deadlines.watch(limitNanos, () -> turn.complete(false));
        try {
            if (turn.get()) {
                return true;
            }
            removeEnded();
            return false;
        } catch (InterruptedException e) {
            if (turn.complete(false)) {
                removeEnded();
            } else if (turn.join()) {
                leave();
            }
            throw e;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            watch.end();
        }
    }

    private synchronized void removeEnded() {
        waiting.removeIf(CompletableFuture::isDone);
    }

    /** Gives a turn back: the request that has waited longest gets it. */
    synchronized void leave() {
        for (CompletableFuture<Boolean> next = waiting.poll(); next != null; next = waiting.poll()) {
            if (next.complete(true)) {
                return;
            }
        }
        free++;
    }
}
