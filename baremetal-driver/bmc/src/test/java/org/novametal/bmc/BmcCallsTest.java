package org.novametal.bmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;
import static org.novametal.bmc.Eventually.eventually;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.BmcException.Reason;

class BmcCallsTest {
    private static final Duration LONG = Duration.ofSeconds(60);

    private final BmcCalls calls = new BmcCalls("BMC test://one", new BmcOptions(LONG, LONG), () -> 7);
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);

    @Test
    void aCallHasADeadline() throws Exception {
        assertThat(calls.<Long>make(deadlineNanos -> deadlineNanos)).isEqualTo(7 + LONG.toNanos());
    }

    @Test
    void eachCallReportsHowItEnded() throws Exception {
        List<String> ends = new ArrayList<>();
        BmcCalls reported =
                new BmcCalls("BMC test://one", new BmcOptions(LONG, LONG).withAnswers(new NotedAnswers(ends)), () -> 7);

        assertThat(reported.<Integer>make(_ -> 1)).isEqualTo(1);
        assertFails(
                Reason.WRONG_PASSWORD,
                () -> reported.make(_ -> {
                    throw new BmcException(Reason.WRONG_PASSWORD, "no");
                }));
        assertFails(
                Reason.PROTOCOL,
                () -> reported.make(_ -> {
                    throw new NoClassDefFoundError("gone");
                }));
        reported.close();
        assertFails(Reason.CLOSED, () -> reported.make(_ -> 1));

        assertThat(ends).containsExactly("ok", "WRONG_PASSWORD", "PROTOCOL", "CLOSED");
    }

    @Test
    void oneCallIsMadeAtATime() throws Exception {
        int[] unguarded = new int[1];
        List<Thread> threads = new ArrayList<>();
        for (int number = 0; number < 32; number++) {
            threads.add(Thread.ofPlatform()
                    .start(() -> outcome(_ -> {
                        for (int i = 0; i < 1000; i++) {
                            unguarded[0]++;
                        }
                        return unguarded[0];
                    })));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(unguarded[0]).isEqualTo(32_000);
    }

    @Test
    void aCallThatGetsNoTurnInItsTimeIsBusy() throws Exception {
        BmcCalls impatient =
                new BmcCalls("BMC test://one", new BmcOptions(Duration.ofMillis(1), Duration.ofMillis(1)), () -> 0);
        Thread holder = hold(impatient);

        assertFails(Reason.BUSY, () -> impatient.make(_ -> 1))
                .hasMessageContainingAll("BMC test://one", "PT0.001S", "try again");

        release.countDown();
        holder.join();
    }

    @Test
    void oneCallTooManyInTheQueueIsRefusedAtOnce() throws Exception {
        List<Thread> threads = new ArrayList<>(List.of(hold(calls)));
        AtomicInteger made = new AtomicInteger();
        for (int number = 0; number < 63; number++) {
            threads.add(Thread.startVirtualThread(() -> outcome(_ -> made.incrementAndGet())));
        }
        eventually(
                LONG,
                "all calls wait",
                () -> threads.stream().allMatch(BmcCallsTest::isWaiting),
                () -> threads.stream().map(Thread::getState).toList().toString());

        assertFails(Reason.BUSY, () -> calls.make(_ -> 1)).hasMessageContaining("64 calls are waiting");

        release.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(made).hasValue(63);
    }

    @Test
    void closedTheyMakeNoCallAndEndPauses() throws Exception {
        CompletableFuture<Object> pausing = new CompletableFuture<>();
        Thread thread = Thread.startVirtualThread(() -> pausing.complete(outcome(_ -> {
            begun.countDown();
            calls.pause(LONG);
            return "not closed";
        })));
        begun.await();

        assertThat(calls.close()).as("closed first").isTrue();
        thread.join();

        assertThat(pausing.join())
                .isInstanceOfSatisfying(
                        BmcException.class, e -> assertThat(e.reason()).isEqualTo(Reason.CLOSED));
        assertThat(calls.close()).as("closed first").isFalse();
        assertFails(Reason.CLOSED, () -> calls.make(_ -> 1)).hasMessageContaining("open another");
    }

    @Test
    void anErrorOfAClientIsAProtocolErrorThatNamesIt() throws Exception {
        assertFails(
                        Reason.PROTOCOL,
                        () -> calls.make(_ -> {
                            throw new NoSuchMethodError("org.example.Gone.read()");
                        }))
                .hasMessageContaining("BMC test://one")
                .hasMessageContaining("NoSuchMethodError: org.example.Gone.read()");

        assertThat(calls.<Integer>make(_ -> 1)).isEqualTo(1);
    }

    @Test
    void aCallThatClosingCutsOffFailsAsClosed() {
        BmcException cut = new BmcException(Reason.UNREACHABLE, "connection lost");

        assertFails(
                        Reason.CLOSED,
                        () -> calls.make(_ -> {
                            calls.close();
                            throw cut;
                        }))
                .hasCause(cut);
    }

    @Test
    void theLastCallComesAfterTheOneUnderWayOrNotAtAll() throws Exception {
        Thread holder = hold(calls);
        List<String> made = new ArrayList<>();
        calls.close();
        calls.makeLast(Duration.ZERO, () -> made.add("too early"));
        release.countDown();
        holder.join();

        calls.makeLast(LONG, () -> made.add("last"));

        assertThat(made).containsExactly("last");
    }

    /** A call that is under way until {@link #release}. */
    private Thread hold(BmcCalls which) throws InterruptedException {
        Thread holder = Thread.startVirtualThread(() -> {
            try {
                which.make(_ -> {
                    begun.countDown();
                    release.await();
                    return 0;
                });
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        begun.await();
        return holder;
    }

    private static boolean isWaiting(Thread thread) {
        return thread.getState() == Thread.State.TIMED_WAITING || thread.getState() == Thread.State.WAITING;
    }

    private Object outcome(BmcCalls.Call<?> call) {
        try {
            return calls.make(call);
        } catch (BmcException | InterruptedException e) {
            return e;
        }
    }
}
