package org.novametal.bmc.ipmi.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.novametal.bmc.ipmi.codec.IpmiResponse;
import org.novametal.bmc.ipmi.engine.EngineBench.Site;
import org.novametal.bmc.ipmi.engine.IpmiLine.Urgency;

/** What the engine makes of answers that are late, or never come. */
class IpmiEngineTest {
    /** Longer than the first pause before something is sent again. */
    private static final Duration LATE = Duration.ofMillis(700);

    /** Longer than any answer is waited for before the question is sent again. */
    private static final Duration VERY_LATE = Duration.ofMillis(1_500);

    /** Less than a BMC is given before it is asked again. */
    private static final Duration BRIEF = EngineBench.RETRY.minusMillis(100);

    /** Discovery, Open Session, RAKP 1, RAKP 3, privilege level, the command. */
    private static final int PACKETS_OF_A_FIRST_REQUEST = 6;

    private final EngineBench bench = new EngineBench();
    private final int slots = bench.engine.window().size();

    @AfterEach
    void close() {
        bench.close();
    }

    /** Our thread did not have the processor for a while. */
    @Test
    void answersThatWaitToBeReadAreNotAskedForAgain() {
        List<Site> living = bench.open(slots);
        List<CompletableFuture<IpmiResponse>> polls = bench.poll(living);
        for (int packet = 0; packet < PACKETS_OF_A_FIRST_REQUEST; packet++) {
            bench.turns();
            assertThat(bench.answerAll(living)).as("sent, packet %d", packet).isEqualTo(slots);
            bench.step(VERY_LATE);
        }
        bench.turns();

        assertThat(polls).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void theDeadLeaveTheSlotsToTheLiving() {
        List<CompletableFuture<IpmiResponse>> lost = bench.poll(bench.open(2 * slots));
        for (int i = 0; i < 10; i++) {
            bench.turns();
            bench.step(LATE);
        }
        bench.turns();
        assertThat(bench.engine.window().taken()).isPositive().isLessThanOrEqualTo(slots / 8);

        List<Site> living = bench.open(slots);
        List<CompletableFuture<IpmiResponse>> polls = bench.poll(living);
        bench.converse(living);

        assertThat(polls).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
        assertThat(lost).noneMatch(CompletableFuture::isDone);
    }

    @Test
    void aBmcThatComesBackIsHeardWhileItWaitsBehindTheDead() {
        List<Site> dead = bench.open(2 * slots);
        var _ = bench.poll(dead);
        List<Site> back = bench.open(1);
        List<CompletableFuture<IpmiResponse>> polls = bench.poll(back);
        for (int i = 0; i < 3; i++) {
            bench.turns();
            bench.step(LATE);
        }

        bench.converse(back);

        assertThat(polls).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void aCallDoesNotWaitBehindPollsOfTheDead() {
        Site back = pollThatWaitsToProbe();

        CompletableFuture<IpmiResponse> call = bench.ask(Urgency.CALL, back);
        bench.converse(List.of(back));

        assertThat(call).isDone().isNotCompletedExceptionally();
    }

    @Test
    void aCallAfterAPollThatWasGivenUpDoesNotWaitBehindThemEither() {
        List<CompletableFuture<IpmiResponse>> given = new ArrayList<>();
        Site back = pollThatWaitsToProbe(given);
        given.getFirst().cancel(true);
        bench.turns();

        CompletableFuture<IpmiResponse> call = bench.ask(Urgency.CALL, back);
        bench.converse(List.of(back));

        assertThat(call).isDone().isNotCompletedExceptionally();
    }

    @Test
    void aDefectOfOneLineLeavesTheOthersTheirs() throws Exception {
        CompletableFuture<String> next = new CompletableFuture<>();
        try (IpmiEngine running =
                IpmiEngine.open(new SplittableRandom(1), IpmiEngine.monotonicClock(), HostNames.ofSystem())) {
            running.post(() -> {
                throw new IllegalStateException("as a defect would, in the test");
            });
            running.post(() -> next.complete("done"));

            assertThat(next.get(20, TimeUnit.SECONDS)).isEqualTo("done");
            assertThat(running.post(() -> {})).as("still running").isTrue();
        }
    }

    private Site pollThatWaitsToProbe() {
        return pollThatWaitsToProbe(new ArrayList<>());
    }

    /** Of a BMC that is back; the dead have all slots for probes. */
    private Site pollThatWaitsToProbe(List<CompletableFuture<IpmiResponse>> polls) {
        var _ = bench.poll(bench.open(2 * slots));
        Site back = bench.open(1).getFirst();
        polls.add(bench.ask(Urgency.POLL, back));
        for (int i = 0; i < 3; i++) {
            bench.turns();
            bench.step(LATE);
        }
        bench.turns();
        bench.lose(back);
        return back;
    }

    @Test
    void aCrowdThatIsSlowIsGivenTheTimeThatItTakes() {
        List<Site> slow = bench.open(slots);
        var _ = bench.poll(slow);
        for (int i = 0; i < 20; i++) {
            bench.turns();
            bench.step(LATE);
            bench.answerAll(slow);
        }
        bench.turns();
        assertThat(bench.answerAll(slow)).as("still on the wire").isZero();

        List<CompletableFuture<IpmiResponse>> polls = bench.poll(slow);
        bench.turns();
        bench.step(LATE);
        bench.turns();

        assertThat(bench.answerAll(slow)).as("sent in all").isEqualTo(slots);
        bench.turns();
        assertThat(polls).allMatch(CompletableFuture::isDone).noneMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void anAnswerThatWaitsToBeReadIsNotLostToTheNextQuestion() {
        Site site = bench.open(1).getFirst();
        CompletableFuture<IpmiResponse> first = bench.ask(Urgency.CALL, site);
        bench.converse(List.of(site));
        CompletableFuture<IpmiResponse> late = bench.ask(Urgency.POLL, site, BRIEF);
        bench.turns();
        bench.answerAll(List.of(site));
        bench.step(LATE);

        CompletableFuture<IpmiResponse> next = bench.ask(Urgency.POLL, site, BRIEF);
        bench.converse(List.of(site));

        assertThat(List.of(first, late, next))
                .allMatch(CompletableFuture::isDone)
                .noneMatch(CompletableFuture::isCompletedExceptionally);
    }

    @Test
    void aBmcThatKeptSilentUntilTheLimitOfSomePollsIsNotPolledAnyMore() {
        Site dead = bench.open(1).getFirst();
        for (int i = 0; i < CircuitBreaker.FAILURES; i++) {
            pollInVain(dead, LATE);
        }

        assertThat(isPolled(dead)).isFalse();
    }

    /** Our thread was too busy to ask it before, or the limit is brief. */
    @Test
    void pollsThatItHadNoTimeToAnswerDoNotTellThatABmcIsDead() {
        Site unknown = bench.open(1).getFirst();
        for (int i = 0; i < 2 * CircuitBreaker.FAILURES; i++) {
            pollInVain(unknown, BRIEF);
        }

        assertThat(isPolled(unknown)).isTrue();
    }

    @Test
    void pollsThatWereGivenUpDoNotTellThatABmcIsDead() {
        Site unknown = bench.open(1).getFirst();
        for (int i = 0; i < 2 * CircuitBreaker.FAILURES; i++) {
            CompletableFuture<IpmiResponse> poll = bench.ask(Urgency.POLL, unknown);
            bench.turns();
            bench.step(VERY_LATE);
            bench.turns();
            poll.cancel(true);
            bench.turns();
            assertThat(bench.lose(unknown)).as("asked").isPositive();
        }

        assertThat(isPolled(unknown)).isTrue();
    }

    @Test
    void pollsThatWaitedUntilItWasTooLateDoNotTellThatABmcIsDead() {
        Site queued = bench.open(1).getFirst();
        for (int i = 0; i < 2 * CircuitBreaker.FAILURES; i++) {
            var _ = bench.poll(bench.open(slots));
            bench.turns();
            CompletableFuture<IpmiResponse> poll = bench.ask(Urgency.POLL, queued, BRIEF);
            bench.turns();
            bench.step(LATE);
            bench.turns();
            assertThat(poll).isCompletedExceptionally();
            assertThat(bench.lose(queued)).as("asked").isZero();
        }

        assertThat(isPolled(queued)).isTrue();
    }

    private void pollInVain(Site site, Duration limit) {
        CompletableFuture<IpmiResponse> poll = bench.ask(Urgency.POLL, site, limit);
        bench.turns();
        assertThat(bench.lose(site)).as("asked").isPositive();
        // A timer fires up to one slot of the wheel late.
        bench.step(limit.plus(Duration.ofMillis(5)));
        bench.turns();
        assertThat(poll).isCompletedExceptionally();
        bench.lose(site);
    }

    private boolean isPolled(Site site) {
        var _ = bench.ask(Urgency.POLL, site);
        bench.turns();
        return bench.lose(site) > 0;
    }
}
