package org.novametal.baremetal.power;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.power.Fleet.Parts;
import org.novametal.bmc.InMemoryBmc;
import org.novametal.bmc.InMemoryBmc.Reading;
import org.novametal.driver.testkit.Eventually;

/** When the service sweeps, and that it ends. */
class PowerServiceTest {
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private Fleet fleet;

    @BeforeEach
    void open() {
        fleet = new Fleet(folder);
    }

    @AfterEach
    void close() {
        fleet.close();
    }

    @Test
    void aSweepThatTakesLongerThanTheIntervalIsFollowedByTheNextAtTheNextMultiple() throws Exception {
        UUID node = fleet.enrol(Reading.POLLED);
        AtomicLong nanos = new AtomicLong();
        List<Long> sweptAt = new ArrayList<>();
        List<Duration> taking = List.of(Duration.ofSeconds(1), Duration.ofSeconds(70), Duration.ofSeconds(30));
        fleet.directory = _ -> {
            Duration takes = taking.get(sweptAt.size());
            sweptAt.add(nanos.getAndAdd(takes.toNanos()));
            return fleet.bmc(node);
        };
        CountDownLatch enough = new CountDownLatch(1);
        Parts parts = fleet.start(PowerMismatch.FOLLOW, 1, InstantSource.system());

        parts.service().start(INTERVAL, new Random(3), nanos::get, duration -> {
            if (sweptAt.size() == taking.size()) {
                enough.countDown();
                new CompletableFuture<Void>().join();
            }
            nanos.addAndGet(duration.toNanos());
        });

        assertThat(enough.await(10, TimeUnit.SECONDS)).isTrue();
        long first = sweptAt.getFirst();
        assertThat(first).as("it begins after a part of the interval").isBetween(0L, INTERVAL.toNanos() - 1);
        assertThat(sweptAt.stream().map(at -> Duration.ofNanos(at - first)))
                .containsExactly(Duration.ZERO, Duration.ofSeconds(30), Duration.ofSeconds(120));
    }

    @Test
    void aSweepThatFailsIsFollowedByTheNext() throws Exception {
        UUID node = fleet.enrol(Reading.POLLED);
        CountDownLatch sweeps = new CountDownLatch(3);
        fleet.directory = _ -> {
            sweeps.countDown();
            if (sweeps.getCount() == 2) {
                throw new IllegalStateException("a bug");
            }
            return fleet.bmc(node);
        };
        Parts parts = fleet.start(PowerMismatch.FOLLOW, 1, InstantSource.system());

        parts.service().start(Duration.ofMillis(20), new Random(3), System::nanoTime, Thread::sleep);

        assertThat(sweeps.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void closingEndsASweepInItsMiddleAndNothingRunsAfter() throws Exception {
        InMemoryBmc polled = fleet.bmc(fleet.enrol(Reading.POLLED));
        InMemoryBmc asked = fleet.bmc(fleet.enrol(Reading.ASKED));
        polled.hold();
        asked.hold();
        Parts parts = fleet.start(PowerMismatch.FOLLOW, 1, InstantSource.system());
        parts.service().start(Duration.ofMillis(1), new Random(3), System::nanoTime, Thread::sleep);
        Eventually.holds("both are asked", Duration.ofSeconds(10), () -> polled.reads() + asked.reads() >= 2);
        assertThat(asked.reads()).as("a sweep is in its middle").isEqualTo(1);

        long begun = System.nanoTime();
        parts.service().close();
        parts.service().close();

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofSeconds(1));
        assertThat(polled.openPolls()).allMatch(CompletableFuture::isCancelled);
        assertThat(asked.reads()).isEqualTo(1);
        assertThatThrownBy(() -> parts.service().start(INTERVAL, new Random(3), System::nanoTime, Thread::sleep))
                .isInstanceOf(IllegalStateException.class);
    }
}
