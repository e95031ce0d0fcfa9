package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.step.StepResult;

/**
 * Controls a running operation from other threads: cancels it, parks it, or wakes it from a wait.
 *
 * <p>Thread-safe. The {@link #lock}, which is never held during a wait, guards {@link #inStep}, the thread whose step may be
 * interrupted, and {@link #openTo}, which says what may interrupt the step.
 */
final class OperationControl {
    /** What may interrupt a step. */
    enum OpenTo {
        /** Only the end of the process: the step is being undone, or its operation cannot be cancelled. */
        PARKING,
        /** The end of the process, or a cancellation. */
        CANCELLING
    }

    /** The call that runs or undoes a step. */
    @FunctionalInterface
    interface Body {
        StepResult call() throws InterruptedException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Pause pause = new Pause();
    private volatile boolean stopping;
    private volatile boolean parked;
    private volatile boolean cancelled;
    private @Nullable Thread inStep;
    private OpenTo openTo = OpenTo.PARKING;

    /**
     * Requests that the operation be undone. No effect on an operation that cannot be cancelled, is being undone, or has ended.
     */
    void cancel() {
        lock.lock();
        try {
            cancelled = true;
            if (inStep != null && openTo == OpenTo.CANCELLING) {
                inStep.interrupt();
            }
        } finally {
            lock.unlock();
        }
        pause.wake();
    }

    /** Requests that the operation stop after the present step, without interrupting that; it stays in the store. */
    void stop() {
        stopping = true;
        pause.wake();
    }

    /** Requests that the operation stop at once, and interrupts its step; it stays in the store for the next start. */
    void park() {
        lock.lock();
        try {
            parked = true;
            if (inStep != null) {
                inStep.interrupt();
            }
        } finally {
            lock.unlock();
        }
        pause.wake();
    }

    /** Ends the wait of a step, which then runs again. */
    void wake() {
        pause.wake();
    }

    /** Whether the operation must stop: after the present step, or at once. */
    boolean isStopping() {
        return stopping || parked;
    }

    boolean isParked() {
        return parked;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Waits for the given time, or until the operation is woken, cancelled or parked. */
    void await(Duration duration) throws InterruptedException {
        pause.await(duration);
    }

    /**
     * Calls a step so that it can be interrupted.
     *
     * @throws InterruptedException when the operation was parked, or cancelled if {@code open} allows that, before the step
     *     or while it ran
     */
    StepResult call(OpenTo open, Body body) throws InterruptedException {
        lock.lock();
        try {
            if (isStopping() || (cancelled && open == OpenTo.CANCELLING)) {
                throw new InterruptedException("parked or cancelled before the step began");
            }
            inStep = Thread.currentThread();
            openTo = open;
        } finally {
            lock.unlock();
        }
        try {
            return body.call();
        } finally {
            lock.lock();
            try {
                inStep = null;
                // An interrupt was meant for the step, not for the writes that follow it.
                Thread.interrupted();
            } finally {
                lock.unlock();
            }
        }
    }
}
