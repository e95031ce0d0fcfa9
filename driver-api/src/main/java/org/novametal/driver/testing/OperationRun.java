package org.novametal.driver.testing;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.InstanceOperation.Phase;

/**
 * An operation that runs on its own thread; any number of callers may wait for it.
 *
 * <p>It ends in exactly one of these ways: done, failed, cancelled, or left unfinished in the store for a later run.
 * Only this run's thread changes the state.
 */
final class OperationRun {
    /** The work of an operation. */
    interface Work {
        /** Does all of the work except storing its result. */
        void run(OperationRun self) throws InterruptedException;

        /** Stores the result of the work, such as the instance's state {@code active}. */
        void finish();

        /** Undoes the work. */
        void undo();

        /** Stores the state of the operation. */
        void store(InstanceOperation state);

        /** Called at the end, after success, failure or a stop. */
        void ended(OperationRun self);
    }

    private enum Fate {
        OPEN,
        FINISHING,
        CANCELLED,
        PARKED
    }

    private final Work work;
    private final ErrorCode unforeseenCode;
    private final AtomicReference<Fate> fate = new AtomicReference<>(Fate.OPEN);
    private final CountDownLatch end = new CountDownLatch(1);
    private final Thread thread;
    private volatile InstanceOperation state;
    private volatile @Nullable DriverException leftUnfinished;

    OperationRun(InstanceOperation begun, ErrorCode unforeseenCode, Work work) {
        this.work = work;
        this.unforeseenCode = unforeseenCode;
        this.state = begun;
        this.thread = Thread.ofVirtual()
                .name("in-memory-" + begun.kind() + "-" + begun.instance())
                .unstarted(this::run);
    }

    InstanceOperation state() {
        return state;
    }

    void start() {
        thread.start();
    }

    /** Cancels the operation, unless it is ending or has ended. */
    void cancel() {
        stop(Fate.CANCELLED);
    }

    /** Stops the operation so that another driver can resume it, unless it is ending or has ended. */
    void park() {
        stop(Fate.PARKED);
    }

    private void stop(Fate wanted) {
        if (fate.compareAndSet(Fate.OPEN, wanted)) {
            thread.interrupt();
        }
    }

    /** Stores the progress of the work. Called only on the thread of the run. */
    void progress(String step, double fraction) {
        change(state.toBuilder().progress(step, fraction).build());
    }

    /**
     * Waits for the end, but for no longer than the limit, and returns the state of the operation then.
     *
     * @throws DriverException when the operation was left unfinished
     */
    InstanceOperation await(Duration limit) throws InterruptedException {
        boolean ended = end.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        DriverException reason = leftUnfinished;
        if (ended && reason != null) {
            throw new DriverException(reason.code(), reason.getMessage(), reason);
        }
        return state;
    }

    /** Waits until the run has ended in any way, but for no longer than the limit. Returns whether it has ended. */
    boolean awaitEnd(Duration limit) throws InterruptedException {
        return end.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void run() {
        try {
            runToTheEnd();
        } catch (DriverException storeIsGone) {
            // The operation stays unchanged in the store: a later submit or start resumes it.
            leftUnfinished = storeIsGone;
        } finally {
            work.ended(this);
            end.countDown();
        }
    }

    private void runToTheEnd() {
        boolean stopped = false;
        try {
            work.run(this);
            stopped = !fate.compareAndSet(Fate.OPEN, Fate.FINISHING);
            if (!stopped) {
                work.finish();
            }
        } catch (InterruptedException stop) {
            stopped = true;
        } catch (DriverException failed) {
            if (failed.code() == ErrorCode.DRIVER_NOT_READY) {
                throw failed;
            }
            undo(Phase.FAILED, failed.code(), failed.getMessage());
            return;
        } catch (RuntimeException unforeseen) {
            undo(
                    Phase.FAILED,
                    unforeseenCode,
                    state.kind() + " of instance " + state.instance()
                            + " failed because of a fault in the in-memory driver: " + unforeseen);
            return;
        }
        if (stopped) {
            stopped();
        } else {
            change(state.toBuilder()
                    .phase(Phase.SUCCEEDED)
                    .progress(state.step(), 1.0)
                    .build());
        }
    }

    private void stopped() {
        String what = state.kind() + " of instance " + state.instance();
        switch (fate.get()) {
            case CANCELLED -> undo(Phase.CANCELLED, ErrorCode.CANCELLED, what + " was cancelled and is undone");
            case PARKED ->
                throw new DriverException(
                        ErrorCode.HOST_UNAVAILABLE,
                        "the driver was closed during the " + what
                                + "; the next driver over the same nodes resumes it: submit it there");
            case OPEN, FINISHING ->
                throw new IllegalStateException(what + " was interrupted, but neither by a cancel nor by a close");
        }
    }

    private void undo(Phase end, ErrorCode code, String message) {
        change(state.toBuilder().phase(Phase.UNDOING).failure(code, message).build());
        work.undo();
        change(state.toBuilder().phase(end).build());
    }

    private void change(InstanceOperation next) {
        work.store(next);
        state = next;
    }
}
