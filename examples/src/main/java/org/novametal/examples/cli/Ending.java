package org.novametal.examples.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Waits for Ctrl-C or another signal to end the program. After the signal, power changes in progress can finish: the
 * program ends when this object is closed, at the latest a few seconds after {@link #GRACE}.
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
                System.err.println("nova-metal: ending before the work is finished; check the power of the machines");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Waits for a signal, but for no longer than the given time; returns whether the program has received a signal to
     * end.
     */
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
                // The program is already ending: the hook sees that this object is closed.
                return;
            }
        }
    }
}
