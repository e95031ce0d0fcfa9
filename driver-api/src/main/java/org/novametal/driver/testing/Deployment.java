package org.novametal.driver.testing;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;

/**
 * A deployment under way, on a thread of its own, which any number of callers wait for.
 *
 * <p>It ends in exactly one way: done, cancelled, parked or failed; who comes second finds that it has ended.
 */
final class Deployment {
    /** The work itself. */
    interface Work {
        /** Puts the instance on its node, up to the last write. */
        void deploy() throws InterruptedException;

        /** The last write: the instance is active. */
        void finish();

        /** Takes back what was done, because of that failure. Does not throw. */
        void undo(DriverException failure);

        /** Called at the end, however it ended. */
        void ended(Deployment deployment);
    }

    private enum Fate {
        OPEN,
        FINISHING,
        CANCELLED,
        PARKED
    }

    private final InstanceId instance;
    private final Work work;
    private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.OPEN);
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;
    private volatile @Nullable DriverException failure;

    Deployment(InstanceId instance, Work work) {
        this.instance = instance;
        this.work = work;
        this.thread = Thread.ofVirtual().name("in-memory-deploy-" + instance).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** Cancels it, unless it has come to its end. */
    void cancel() {
        stop(Fate.CANCELLED);
    }

    /** Stops it where it is, to be taken up by another driver, unless it has come to its end. */
    void park() {
        stop(Fate.PARKED);
    }

    private void stop(Fate wanted) {
        if (fate.compareAndSet(Fate.OPEN, wanted)) {
            thread.interrupt();
        }
    }

    /** Waits for the end; how it failed, where it failed. */
    Optional<DriverException> await() throws InterruptedException {
        end.await();
        return Optional.ofNullable(failure);
    }

    /** Waits for the end, however it comes, but for no longer than the limit; an interrupt ends the wait and stays set. */
    void awaitEnd(Duration limit) {
        try {
            if (!end.await(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new IllegalStateException("waited " + limit + " for the deployment of instance " + instance
                        + " to stop; it stands at " + Arrays.toString(thread.getStackTrace()));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            failure = runToTheEnd();
        } finally {
            work.ended(this);
            end.countDown();
        }
    }

    private @Nullable DriverException runToTheEnd() {
        try {
            work.deploy();
            if (!fate.compareAndSet(Fate.OPEN, Fate.FINISHING)) {
                return stopped();
            }
            work.finish();
            return null;
        } catch (InterruptedException stop) {
            return stopped();
        } catch (DriverException failed) {
            return undone(failed);
        } catch (RuntimeException unforeseen) {
            return undone(new DriverException(
                    ErrorCode.DEPLOY_FAILED,
                    "the deployment of instance " + instance + " ended by a fault of the in-memory driver: "
                            + unforeseen,
                    unforeseen));
        }
    }

    private DriverException stopped() {
        return switch (fate.get()) {
            case CANCELLED ->
                undone(new DriverException(
                        ErrorCode.CANCELLED, "the spawn of instance " + instance + " was cancelled and is undone"));
            case PARKED ->
                new DriverException(
                        ErrorCode.HOST_UNAVAILABLE,
                        "the driver was closed in the middle of the spawn of instance " + instance
                                + "; the next driver over the same nodes takes it up: call spawn there");
            case OPEN, FINISHING ->
                throw new IllegalStateException("the deploy thread of instance " + instance
                        + " was interrupted by something else than a cancel or a close");
        };
    }

    private DriverException undone(DriverException reason) {
        work.undo(reason);
        return reason;
    }
}
