package org.novametal.examples.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for Ctrl-C or another signal to end the program. The program then ends once this is closed, or a few seconds after
 * {@link #GRACE}, so that power changes in progress can finish.
 */
final class Ending implements AutoCloseable {
    /** How long work in progress may continue after the signal. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private static final Duration REPORT_TIME = Duration.ofSeconds(5);

    private final Runnable answer;
    private final CountDownLatch signalled = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = Thread.ofPlatform().name("ending").unstarted(this::end);
    private volatile long overNanos;

    private Ending(Runnable answer) {
        this.answer = answer;
    }

    /**
     * Starts to wait for a signal.
     *
     * @param answer runs as soon as the program receives a signal to end
     */
    static Ending watch(Runnable answer) {
        Ending ending = new Ending(answer);
        Runtime.getRuntime().addShutdownHook(ending.hook);
        return ending;
    }

    private void end() {
        overNanos = System.nanoTime() + GRACE.toNanos();
        signalled.countDown();
        answer.run();
        try {
            if (!closed.await(GRACE.plus(REPORT_TIME).toNanos(), TimeUnit.NANOSECONDS)) {
                System.err.println("nova-metal: ends before its work is finished; read the machines' power");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits at most that long; returns whether the program has received a signal to end. */
    boolean endsWithin(Duration time) throws InterruptedException {
        return signalled.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether the program has received a signal to end, and {@link #GRACE} is over. */
    boolean isOver() {
        return signalled.getCount() == 0 && System.nanoTime() - overNanos >= 0;
    }

    @Override
    public void close() {
        closed.countDown();
        if (signalled.getCount() > 0) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The program is already ending: the hook sees that this is closed.
                return;
            }
        }
    }
}
