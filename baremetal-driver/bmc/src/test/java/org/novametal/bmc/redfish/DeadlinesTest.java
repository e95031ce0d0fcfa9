package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Deadlines of many waits on one timer. */
class DeadlinesTest {
    private static final long BRIEF = Duration.ofMillis(20).toNanos();
    private static final long LONG = Duration.ofHours(1).toNanos();

    private final Deadlines deadlines = new Deadlines(System::nanoTime);

    @Test
    void aWaitThatIsNotEndedIsEndedAtItsDeadline() throws Exception {
        CompletableFuture<Boolean> late = new CompletableFuture<>();
        Deadlines.Watch watch = deadlines.watch(BRIEF, () -> late.complete(true));

        assertThat(late.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(watch.isLate()).isTrue();
        assertThat(watch.end()).isFalse();
    }

    @Test
    void aDeadlineInThePastEndsTheWaitAtOnce() throws Exception {
        CompletableFuture<Boolean> late = new CompletableFuture<>();
        deadlines.watch(Long.MIN_VALUE, () -> late.complete(true));

        assertThat(late.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aWaitThatEndedInTimeIsNotCalledLate() throws Exception {
        AtomicInteger late = new AtomicInteger();
        Deadlines.Watch watch = deadlines.watch(BRIEF, late::incrementAndGet);
        boolean isInTime = watch.end();
        CompletableFuture<Boolean> later = new CompletableFuture<>();
        deadlines.watch(2 * BRIEF, () -> later.complete(true));
        later.get(30, TimeUnit.SECONDS);

        assertThat(isInTime && late.get() > 0).isFalse();
        assertThat(watch.end()).isEqualTo(isInTime);
    }

    @Test
    void anEarlierDeadlineThanTheOneOfTheTimerIsKept() throws Exception {
        Deadlines.Watch distant = deadlines.watch(Long.MAX_VALUE, () -> {});
        deadlines.watch(LONG, () -> {});
        CompletableFuture<Boolean> late = new CompletableFuture<>();
        deadlines.watch(BRIEF, () -> late.complete(true));

        assertThat(late.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(distant.isLate()).isFalse();
    }

    @Test
    void anActionThatFailsDoesNotKeepOthersFromTheirDeadlines() throws Exception {
        CompletableFuture<Boolean> late = new CompletableFuture<>();
        deadlines.watch(BRIEF, () -> {
            throw new IllegalStateException("on purpose");
        });
        deadlines.watch(BRIEF, () -> late.complete(true));

        assertThat(late.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void eachOfManyWaitsIsEitherEndedOrLateAndNeverBoth() throws Exception {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        SplittableRandom random = new SplittableRandom(seed);
        List<Thread> threads = new ArrayList<>();
        AtomicInteger ended = new AtomicInteger();
        AtomicInteger late = new AtomicInteger();
        List<CompletableFuture<Boolean>> left = new ArrayList<>();
        for (int thread = 0; thread < 8; thread++) {
            SplittableRandom own = random.split();
            CompletableFuture<Boolean> last = new CompletableFuture<>();
            left.add(last);
            threads.add(Thread.ofVirtual().start(() -> {
                Semaphore expired = new Semaphore(0);
                for (int wait = 0; wait < 1000; wait++) {
                    Deadlines.Watch watch = deadlines.watch(own.nextLong(BRIEF), () -> {
                        late.incrementAndGet();
                        expired.release();
                    });
                    if (own.nextInt(20) == 0) {
                        expired.acquireUninterruptibly();
                    }
                    if (watch.end()) {
                        ended.incrementAndGet();
                    }
                }
                // Not ended: no timer may be lost.
                deadlines.watch(own.nextLong(BRIEF), () -> last.complete(true));
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (CompletableFuture<Boolean> last : left) {
            assertThat(last.get(30, TimeUnit.SECONDS)).isTrue();
        }
        // The actions of the last late waits may still run.
        long giveUp = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (ended.get() + late.get() != 8000 && System.nanoTime() - giveUp < 0) {
            Thread.onSpinWait();
        }
        assertThat(ended.get() + late.get()).isEqualTo(8000);
    }
}
