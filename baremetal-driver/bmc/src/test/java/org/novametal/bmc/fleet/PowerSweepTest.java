package org.novametal.bmc.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novametal.bmc.Eventually.eventually;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.InMemoryBmc;
import org.novametal.bmc.InMemoryBmc.Reading;
import org.novametal.bmc.NotedAnswers;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.PowerPolling;

class PowerSweepTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Map<Integer, Bmc> bmcs = new LinkedHashMap<>();
    private final Map<Integer, List<PowerReading>> heard = new HashMap<>();

    private InMemoryBmc add(Reading reading) {
        InMemoryBmc bmc = new InMemoryBmc("memory://bmc-" + bmcs.size(), reading);
        bmcs.put(bmcs.size(), bmc);
        return bmc;
    }

    private static PowerSweep sweep(int threads) {
        return sweep(threads, System::nanoTime);
    }

    private static PowerSweep sweep(int threads, LongSupplier nanoClock) {
        return new PowerSweep(new PowerSweep.Limits(LONG, LONG, threads), new Random(47), nanoClock);
    }

    private void run(PowerSweep sweep) throws InterruptedException {
        sweep.run(
                bmcs,
                (id, reading) ->
                        heard.computeIfAbsent(id, _ -> new ArrayList<>()).add(reading));
    }

    @Test
    void eachOfAThousandBmcsHasOneReadingWhetherPolledOrAsked() throws Exception {
        Random random = new Random(20261121);
        for (int number = 0; number < 1000; number++) {
            InMemoryBmc bmc = add(random.nextBoolean() ? Reading.POLLED : Reading.ASKED);
            bmc.put(random.nextBoolean() ? ChassisPower.ON : ChassisPower.OFF);
            if (random.nextInt(10) == 0) {
                bmc.fail(Reason.NO_FREE_SESSION);
            }
        }

        run(sweep(8));

        assertThat(heard).hasSize(1000);
        bmcs.forEach((id, bmc) -> {
            InMemoryBmc memory = (InMemoryBmc) bmc;
            assertThat(memory.reads()).isEqualTo(1);
            assertThat(heard.get(id)).singleElement().satisfies(reading -> {
                switch (reading) {
                    case PowerReading.Known(ChassisPower power) ->
                        assertThat(power).isEqualTo(memory.power());
                    case PowerReading.Unknown(BmcException cause) ->
                        assertThat(cause.reason()).isEqualTo(Reason.NO_FREE_SESSION);
                }
            });
        });
    }

    @Test
    void theOutcomeOfEachPollIsReportedAndThatOfOtherCallsIsLeftToTheirClients() throws Exception {
        List<String> ends = new ArrayList<>();
        add(Reading.POLLED).put(ChassisPower.ON);
        add(Reading.POLLED).fail(Reason.NO_FREE_SESSION);
        add(Reading.ASKED).put(ChassisPower.ON);

        run(new PowerSweep(
                new PowerSweep.Limits(LONG, LONG, 1), new Random(47), System::nanoTime, new NotedAnswers(ends)));

        assertThat(ends).containsExactlyInAnyOrder("ok", "NO_FREE_SESSION");
    }

    /** Where a plug-in throws. */
    enum Place {
        CAPABILITY,
        READING,
        POLLING
    }

    @ParameterizedTest
    @EnumSource
    void whateverAPlugInThrowsIsTheReadingOfItsBmcAlone(Place place) throws Exception {
        for (int number = 0; number < 70; number++) {
            bmcs.put(number, new MisfitBmc(place));
        }
        add(Reading.POLLED);
        add(Reading.ASKED);

        run(sweep(4));

        assertThat(heard).hasSize(72);
        assertThat(heard.get(70)).containsExactly(new PowerReading.Known(ChassisPower.OFF));
        assertThat(heard.get(71)).containsExactly(new PowerReading.Known(ChassisPower.OFF));
        for (int number = 0; number < 70; number++) {
            assertThat(heard.get(number)).singleElement().satisfies(reading -> {
                BmcException cause = ((PowerReading.Unknown) reading).cause();
                assertThat(cause.reason()).isEqualTo(Reason.PROTOCOL);
                assertThat(cause)
                        .hasMessageContaining("BMC misfit://bmc")
                        .hasMessageContaining("NoSuchMethodError: gone");
            });
        }
    }

    /** A plug-in that was compiled against another version. */
    private record MisfitBmc(Place place) implements Bmc, PowerPolling {
        @Override
        public BmcAddress address() {
            return BmcAddress.parse("misfit://bmc");
        }

        @Override
        public ChassisPower readPower() {
            throw new NoSuchMethodError("gone");
        }

        @Override
        public void requestPower(PowerAction action) {
            throw new NoSuchMethodError("gone");
        }

        @Override
        public CompletableFuture<ChassisPower> pollPower(Duration limit) {
            throw new NoSuchMethodError("gone");
        }

        @Override
        public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
            return switch (place) {
                case CAPABILITY -> throw new NoSuchMethodError("gone");
                case READING -> Optional.empty();
                case POLLING -> Optional.of(type.cast(this));
            };
        }

        @Override
        public void close() {}
    }

    @ParameterizedTest
    @EnumSource
    void aBmcThatDoesNotAnswerInTimeIsUnreachableAndTheOthersAreHeard(Reading reading) throws Exception {
        InMemoryBmc silent = add(reading);
        silent.hold();
        add(reading);

        // The limit has passed as soon as the other BMC's reading was reported.
        LongSupplier clock = () -> heard.isEmpty() ? 0 : LONG.toNanos();
        run(sweep(2, clock));

        assertThat(heard.get(0)).singleElement().satisfies(PowerSweepTest::isLate);
        assertThat(heard.get(1)).containsExactly(new PowerReading.Known(ChassisPower.OFF));
        assertThat(silent.openPolls()).as("polls that go on").allMatch(CompletableFuture::isDone);
    }

    /** So the client learns that the BMC is silent: a cancelled poll does not show that. */
    @Test
    void aPollEndsBeforeItsSweepDoesWhateverItsOwnLimit() throws Exception {
        Duration whole = Duration.ofMinutes(2);
        List<Duration> limits = new ArrayList<>();
        AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
        for (int number = 0; number < 3; number++) {
            bmcs.put(number, limited(limits, () -> nanos.addAndGet(TimeUnit.SECONDS.toNanos(30))));
        }

        run(new PowerSweep(new PowerSweep.Limits(whole, LONG, 1), new Random(47), nanos::get));

        assertThat(limits).hasSize(3);
        assertThat(limits.subList(0, 2)).containsOnly(LONG);
        assertThat(limits.get(2)).isBetween(LONG.minusSeconds(1), LONG.minusMillis(1));
    }

    /** A BMC that records the limits of its polls. */
    private static Bmc limited(List<Duration> limits, Runnable afterwards) {
        InMemoryBmc memory = new InMemoryBmc("memory://limited", Reading.POLLED);
        PowerPolling polling = limit -> {
            limits.add(limit);
            afterwards.run();
            return memory.pollPower(limit);
        };
        return new ForwardingBmc(memory) {
            @Override
            public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
                return Optional.of(polling).filter(type::isInstance).map(type::cast);
            }
        };
    }

    private static void isLate(PowerReading reading) {
        assertThat(reading).isInstanceOfSatisfying(PowerReading.Unknown.class, unknown -> {
            assertThat(unknown.cause().reason()).isEqualTo(Reason.UNREACHABLE);
            assertThat(unknown.cause()).hasMessageContaining("memory://bmc-");
        });
    }

    @Test
    void thoseThatWereNotReachedBeforeTheDeadlineHaveTheirReadingToo() throws Exception {
        for (int number = 0; number < 5; number++) {
            add(Reading.ASKED).hold();
        }

        AtomicBoolean hasBegun = new AtomicBoolean();
        LongSupplier clock = () -> {
            if (!hasBegun.getAndSet(true)) {
                return 0;
            }
            eventually(LONG, "as many are asked as there are threads", () -> reads() == 2);
            return LONG.toNanos();
        };
        run(sweep(2, clock));

        assertThat(heard)
                .hasSize(5)
                .allSatisfy(
                        (_, readings) -> assertThat(readings).singleElement().satisfies(PowerSweepTest::isLate));
        assertThat(reads()).as("asked at a time").isEqualTo(2);
    }

    private int reads() {
        return bmcs.values().stream()
                .mapToInt(bmc -> ((InMemoryBmc) bmc).reads())
                .sum();
    }

    @Test
    void noMoreAreAskedAtATimeThanThereAreThreads() throws Exception {
        CountDownLatch together = new CountDownLatch(7);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        for (int number = 0; number < 200; number++) {
            InMemoryBmc machine = new InMemoryBmc("memory://bmc-" + number, Reading.ASKED);
            bmcs.put(number, new ForwardingBmc(machine) {
                @Override
                public ChassisPower readPower() throws InterruptedException {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    try {
                        together.countDown();
                        assertThat(together.await(10, TimeUnit.SECONDS)).isTrue();
                        return super.readPower();
                    } finally {
                        now.decrementAndGet();
                    }
                }
            });
        }

        run(sweep(7));

        assertThat(heard).hasSize(200);
        assertThat(most.get()).isEqualTo(7);
    }

    @Test
    void anUnexpectedExceptionOfABmcAffectsOnlyItsOwnReading() throws Exception {
        bmcs.put(0, new ForwardingBmc(new InMemoryBmc("memory://odd", Reading.ASKED)) {
            @Override
            public ChassisPower readPower() {
                throw new IllegalStateException("a bug");
            }
        });
        add(Reading.POLLED).close();

        run(sweep(1));

        assertThat(heard.get(0))
                .singleElement()
                .satisfies(reading -> assertThat(reason(reading)).isEqualTo(Reason.PROTOCOL));
        assertThat(heard.get(1))
                .singleElement()
                .satisfies(reading -> assertThat(reason(reading)).isEqualTo(Reason.CLOSED));
    }

    private static Reason reason(PowerReading reading) {
        return ((PowerReading.Unknown) reading).cause().reason();
    }

    @Test
    void anInterruptEndsASweepAndLeavesNothingBehind() throws Exception {
        InMemoryBmc polled = add(Reading.POLLED);
        InMemoryBmc asked = add(Reading.ASKED);
        polled.hold();
        asked.hold();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        CountDownLatch ended = new CountDownLatch(1);
        Thread thread = Thread.ofVirtual().start(() -> {
            try {
                run(sweep(1));
            } catch (InterruptedException e) {
                thrown.set(e);
            }
            ended.countDown();
        });

        thread.interrupt();

        assertThat(ended.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(polled.openPolls()).allMatch(CompletableFuture::isCancelled);
        assertThat(heard).isEmpty();
    }

    @Test
    void theOrderIsRandom() throws Exception {
        for (int number = 0; number < 100; number++) {
            add(Reading.POLLED);
        }
        List<Integer> order = new ArrayList<>();

        sweep(1).run(bmcs, (id, _) -> order.add(id));

        assertThat(order).hasSize(100).isNotEqualTo(List.copyOf(bmcs.keySet()));
    }

    @Test
    void aSweepOfNothingIsOverAtOnce() throws Exception {
        run(sweep(1));

        assertThat(heard).isEmpty();
    }

    @Test
    void limitsOfNothingAreRefused() {
        assertThatThrownBy(() -> new PowerSweep.Limits(Duration.ZERO, LONG, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new PowerSweep.Limits(LONG, LONG, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    /** Delegates to another BMC, for a test that overrides one method. */
    private abstract static class ForwardingBmc implements Bmc {
        private final Bmc bmc;

        ForwardingBmc(Bmc bmc) {
            this.bmc = bmc;
        }

        @Override
        public BmcAddress address() {
            return bmc.address();
        }

        @Override
        public ChassisPower readPower() throws InterruptedException {
            return bmc.readPower();
        }

        @Override
        public void requestPower(PowerAction action) throws InterruptedException {
            bmc.requestPower(action);
        }

        @Override
        public <C extends BmcCapability> Optional<C> capability(Class<C> type) {
            return bmc.capability(type);
        }

        @Override
        public void close() {
            bmc.close();
        }
    }
}
