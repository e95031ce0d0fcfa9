package org.novametal.examples.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Whether the program was told to end, by Ctrl-C or a signal. It then ends once this is closed, or after {@link #GRACE} and
 * some: so no machine is left in the middle of what was asked for it.
 */
final class Ending implements AutoCloseable {
    /** How long what is under way may go on. */
    static final Duration GRACE = Duration.ofSeconds(30);

    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final Runnable answer;
    private final CountDownLatch told = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread hook = Thread.ofPlatform().name("ending").unstarted(this::end);
    private volatile long overNanos;

    private Ending(Runnable answer) {
        this.answer = answer;
    }

    /**
     * Begins to watch.
     *
     * @param answer runs as soon as the program is told to end
     */
    static Ending watch(Runnable answer) {
        Ending ending = new Ending(answer);
        Runtime.getRuntime().addShutdownHook(ending.hook);
        return ending;
    }

    private void end() {
        overNanos = System.nanoTime() + GRACE.toNanos();
        told.countDown();
        answer.run();
        try {
            if (!closed.await(GRACE.plus(LAST_WORDS).toNanos(), TimeUnit.NANOSECONDS)) {
                System.err.println("nova-metal: ends in the middle; read the machines' power");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits at most that long; whether the program is told to end by then. */
    boolean endsWithin(Duration time) throws InterruptedException {
        return told.await(time.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Whether the program is told to end, and {@link #GRACE} is over. */
    boolean isOver() {
        return told.getCount() == 0 && System.nanoTime() - overNanos >= 0;
    }

    @Override
    public void close() {
        closed.countDown();
        if (told.getCount() > 0) {
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // It ends at this moment: the hook finds that this is closed.
                return;
            }
        }
    }
}
