package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.step.StepResult;

/**
 * How other threads reach a running operation: they cancel it, park it, or wake it from a wait.
 *
 * <p>Safe for several threads. {@link #inStep} and {@link #openTo}, the thread while its step may be interrupted and by whom,
 * are guarded by {@link #lock}, under which nothing is waited for.
 */
final class OperationControl {
    /** Who may interrupt a step. */
    enum OpenTo {
        /** The end of the process alone: the step is being undone, or its operation cannot be cancelled. */
        PARKING,
        /** A cancel too. */
        CANCELLING
    }

    /** A step, or its undoing. */
    @FunctionalInterface
    interface Body {
        StepResult call() throws InterruptedException;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Pause pause = new Pause();
    private volatile boolean parked;
    private volatile boolean cancelled;
    private @Nullable Thread inStep;
    private OpenTo openTo = OpenTo.PARKING;

    /** Asks the operation to turn back. One that cannot be cancelled, is turning back, or has ended goes on. */
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

    /** Asks the operation to stop at the next safe point; it stays in the store for the next start. */
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

    /** Makes a waiting step look again. */
    void wake() {
        pause.wake();
    }

    boolean isParked() {
        return parked;
    }

    boolean isCancelled() {
        return cancelled;
    }

    /** Waits that long, or until it is woken, cancelled or parked. */
    void await(Duration duration) throws InterruptedException {
        pause.await(duration);
    }

    /**
     * Calls a step so that it can be interrupted.
     *
     * @throws InterruptedException when it was parked, or cancelled where that is open, before or while it ran
     */
    StepResult call(OpenTo open, Body body) throws InterruptedException {
        lock.lock();
        try {
            if (parked || (cancelled && open == OpenTo.CANCELLING)) {
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
