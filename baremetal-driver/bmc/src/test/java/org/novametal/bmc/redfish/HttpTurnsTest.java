package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Turns of requests. */
class HttpTurnsTest {
    private static final long BRIEF = Duration.ofMillis(20).toNanos();
    private static final long LONG = Duration.ofHours(1).toNanos();

    private final HttpTurns turns = new HttpTurns(1, new Deadlines(System::nanoTime));

    @Test
    void aRequestWithoutATurnWaitsUntilOneIsGivenBack() throws Exception {
        turns.enter(LONG);
        FutureTask<Boolean> second = waiting();
        turns.leave();

        assertThat(second.get(30, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void aRequestGetsNoTurnAfterItsLimitAndTakesNoneAway() throws Exception {
        turns.enter(LONG);

        assertThat(turns.enter(BRIEF)).isFalse();
        turns.leave();
        assertThat(turns.enter(BRIEF)).isTrue();
        assertThat(turns.enter(BRIEF)).isFalse();
    }

    @Test
    void anInterruptedRequestTakesNoTurnAway() throws Exception {
        turns.enter(LONG);
        FutureTask<Boolean> second = new FutureTask<>(() -> turns.enter(LONG));
        Thread thread = Thread.ofVirtual().start(second);
        thread.interrupt();

        assertThatThrownBy(() -> second.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(InterruptedException.class);
        turns.leave();
        assertThat(turns.enter(BRIEF)).isTrue();
    }

    @Test
    void noMoreRequestsThanTurnsAreUnderWayHoweverManyAreInterruptedOrLate() throws Exception {
        HttpTurns few = new HttpTurns(3, new Deadlines(System::nanoTime));
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        CountDownLatch done = new CountDownLatch(200);
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 200; number++) {
            long limit = number % 3 == 0 ? BRIEF : LONG;
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    for (int time = 0; time < 20; time++) {
                        if (few.enter(limit)) {
                            try {
                                most.accumulateAndGet(inside.incrementAndGet(), Math::max);
                                // Lets others run.
                                Thread.ofVirtual().start(() -> {}).join();
                            } finally {
                                inside.decrementAndGet();
                                few.leave();
                            }
                        }
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                } finally {
                    done.countDown();
                }
            }));
        }
        for (int number = 0; number < 200; number += 5) {
            threads.get(number).interrupt();
        }

        assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(most.get()).isBetween(1, 3);
        for (int turn = 0; turn < 3; turn++) {
            assertThat(few.enter(BRIEF)).isTrue();
        }
        assertThat(few.enter(BRIEF)).isFalse();
    }

    private FutureTask<Boolean> waiting() {
        FutureTask<Boolean> entering = new FutureTask<>(() -> turns.enter(LONG));
        Thread.ofVirtual().start(entering);
        return entering;
    }
}
