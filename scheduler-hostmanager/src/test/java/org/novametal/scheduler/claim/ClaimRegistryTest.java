package org.novametal.scheduler.claim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novametal.scheduler.host.SampleHosts.instance;
import static org.novametal.scheduler.host.SampleHosts.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.testing.SteppedClock;
import org.novametal.scheduler.claim.ClaimRegistry.Reading;
import org.novametal.scheduler.claim.ClaimResult.Granted;
import org.novametal.scheduler.claim.ClaimResult.Outdated;
import org.novametal.scheduler.claim.ClaimResult.Taken;
import org.novametal.scheduler.host.HostSnapshot;

class ClaimRegistryTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final InstanceId A = instance("a");
    private static final InstanceId B = instance("b");
    private static final NodeName ONE = new NodeName("node-1");
    private static final NodeName TWO = new NodeName("node-2");

    private final SteppedClock clock = new SteppedClock(START);
    private final ClaimRegistry claims = new ClaimRegistry(clock, LIMIT);

    @Test
    void aClaimIsGrantedUntilItsLimit() {
        assertThat(reserve(A, ONE)).isEqualTo(new Granted(new Claim(A, ONE, START.plus(LIMIT))));
        assertThat(claims.of(A)).contains(new Claim(A, ONE, START.plus(LIMIT)));
    }

    @Test
    void aClockThatIsSetNeitherEndsNorProlongsClaims() {
        AtomicLong nanos = new AtomicLong(-7);
        ClaimRegistry steady = new ClaimRegistry(new SteadyClock(START, nanos::get), LIMIT);
        assertThat(steady.reserve(steady.beginReading(), A, ONE, Optional.empty()))
                .isEqualTo(new Granted(new Claim(A, ONE, START.plus(LIMIT))));

        nanos.addAndGet(LIMIT.toNanos() - 1);
        assertThat(steady.of(A)).isPresent();
        nanos.addAndGet(1);
        assertThat(steady.of(A)).isEmpty();
    }

    @Test
    void aClaimOfAClockThatWasSetBackByMoreThanTheLimitIsOver() {
        AtomicReference<Instant> now = new AtomicReference<>(START);
        ClaimRegistry set = new ClaimRegistry(now::get, LIMIT);
        set.reserve(set.beginReading(), A, ONE, Optional.empty());

        now.set(START.minus(LIMIT));
        assertThat(set.of(A)).isPresent();
        now.set(START.minus(LIMIT).minusNanos(1));
        assertThat(set.of(A)).isEmpty();
    }

    @Test
    void aClaimedNodeIsTakenForEveryOtherInstance() {
        reserve(A, ONE);

        assertThat(reserve(B, ONE)).isEqualTo(new Taken(new Claim(A, ONE, START.plus(LIMIT))));
        assertThat(claims.of(B)).isEmpty();
    }

    @Test
    void claimingTheSameNodeAgainIsGrantedWithTheWholeTime() {
        reserve(A, ONE);
        clock.advance(Duration.ofMinutes(4));

        assertThat(reserve(A, ONE))
                .isEqualTo(new Granted(new Claim(A, ONE, clock.instant().plus(LIMIT))));
        assertThat(claims.all()).hasSize(1);
    }

    @Test
    void anInstanceThatClaimsAnotherNodeGivesItsFirstOneUp() {
        reserve(A, ONE);
        reserve(A, TWO);

        assertThat(claims.all()).extracting(Claim::node).containsExactly(TWO);
        assertThat(reserve(B, ONE)).isInstanceOf(Granted.class);
    }

    @Test
    void anInstanceKeepsItsNodeWhenAnotherOneIsTaken() {
        reserve(A, ONE);
        reserve(B, TWO);

        assertThat(reserve(A, TWO)).isInstanceOf(Taken.class);
        assertThat(claims.of(A).map(Claim::node)).contains(ONE);
    }

    @Test
    void aReleasedNodeCanBeClaimedAgain() {
        reserve(A, ONE);
        claims.release(A);

        assertThat(claims.of(A)).isEmpty();
        assertThat(reserve(B, ONE)).isInstanceOf(Granted.class);
    }

    @Test
    void releasingTwiceOrWithoutAClaimDoesNothing() {
        reserve(A, ONE);
        claims.release(A);
        reserve(B, ONE);
        claims.release(A);

        assertThat(claims.all()).extracting(Claim::instance).containsExactly(B);
    }

    @Test
    void aClaimEndsExactlyAtItsLimit() {
        reserve(A, ONE);
        clock.advance(LIMIT.minusNanos(1));
        assertThat(claims.of(A)).isPresent();
        clock.advance(Duration.ofNanos(1));

        assertThat(claims.of(A)).isEmpty();
        assertThat(claims.all()).isEmpty();
        assertThat(reserve(B, ONE)).isInstanceOf(Granted.class);
    }

    @Test
    void aClaimEndsWhenTheNodeIsReportedAsTheInstances() {
        reserve(A, ONE);
        claims.endFulfilled(claims.beginReading(), snapshot(node("node-1").instance(A)));

        assertThat(claims.all()).isEmpty();
    }

    @Test
    void aClaimStaysWhileTheNodeIsReportedFreeOrAnothersOrNotAtAll() {
        reserve(A, ONE);
        claims.endFulfilled(claims.beginReading(), snapshot(node("node-1")));
        claims.endFulfilled(claims.beginReading(), snapshot(node("node-1").availability(Availability.IN_USE)));
        claims.endFulfilled(claims.beginReading(), snapshot(node("node-1").instance(B)));
        claims.endFulfilled(claims.beginReading(), snapshot());

        assertThat(claims.all()).hasSize(1);
    }

    @Test
    void aReadingFromBeforeAClaimDoesNotEndIt() {
        Reading before = claims.beginReading();
        HostSnapshot earlierLife = snapshot(node("node-1").instance(A));
        reserve(A, ONE);
        claims.endFulfilled(before, earlierLife);

        assertThat(claims.of(A)).isPresent();
    }

    @Test
    void aReadingFromBeforeTheEndOfAnotherClaimIsOutdated() {
        Reading before = claims.beginReading();
        reserve(A, ONE);
        claims.endFulfilled(claims.beginReading(), snapshot(node("node-1").instance(A)));

        assertThat(claims.reserve(before, B, ONE, Optional.empty())).isEqualTo(new Outdated());
        assertThat(claims.reserve(before, B, TWO, Optional.empty())).isInstanceOf(Granted.class);
    }

    @Test
    void aReadingFromBeforeAReleaseOrAnExpiryIsOutdated() {
        Reading before = claims.beginReading();
        reserve(A, ONE);
        claims.release(A);
        reserve(A, TWO);
        clock.advance(LIMIT);

        assertThat(claims.reserve(before, B, ONE, Optional.empty())).isEqualTo(new Outdated());
        assertThat(claims.reserve(before, B, TWO, Optional.empty())).isEqualTo(new Outdated());
    }

    @Test
    void ofTwoSelectionsForOneInstanceTheLaterIsOutdated() {
        Reading first = claims.beginReading();
        Reading second = claims.beginReading();
        claims.reserve(first, A, ONE, Optional.empty());

        assertThat(claims.reserve(second, A, TWO, Optional.empty())).isEqualTo(new Outdated());
        assertThat(claims.of(A).map(Claim::node)).contains(ONE);
    }

    @Test
    void aLimitOfZeroIsRefused() {
        assertThatThrownBy(() -> new ClaimRegistry(clock, Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("PT0S");
    }

    private ClaimResult reserve(InstanceId instance, NodeName node) {
        return claims.reserve(claims.beginReading(), instance, node, claims.of(instance));
    }

    private static HostSnapshot snapshot(AvailableResource.Builder... nodes) {
        List<AvailableResource> reports =
                Stream.of(nodes).map(AvailableResource.Builder::build).toList();
        return HostSnapshot.of(START, reports);
    }
}
