package org.novametal.baremetal.power;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Ends threads. */
final class Threads {
    private static final Logger LOG = LoggerFactory.getLogger(Threads.class);
    private static final Duration LIMIT = Duration.ofSeconds(1);

    private Threads() {}

    /** Interrupts all threads and waits at most a second for them to end. The caller's interrupt flag is kept. */
    static void end(Collection<Thread> threads) {
        List<Thread> left = List.copyOf(threads);
        left.forEach(Thread::interrupt);
        long deadline = System.nanoTime() + LIMIT.toNanos();
        for (Thread thread : left) {
            Uninterruptibles.joinUninterruptibly(thread, Duration.ofNanos(Math.max(0, deadline - System.nanoTime())));
            if (thread.isAlive()) {
                LOG.warn("the thread {} did not end within {}; it is left running", thread.getName(), LIMIT);
            }
        }
    }
}
