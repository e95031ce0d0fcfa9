package org.novametal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.novametal.scheduler.host.SampleHosts.instance;
import static org.novametal.scheduler.host.SampleHosts.node;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.testing.SteppedClock;
import org.novametal.scheduler.claim.Claim;
import org.novametal.scheduler.filter.Reason;
import org.novametal.scheduler.filter.Verdict.Reject;
import org.novametal.scheduler.host.HostAttributeSource;

class BaremetalHostManagerTest {
    private static final Flavor SMALL =
            Flavor.builder("bm.small").vcpus(4).memoryMb(8192).rootGb(40).build();
    private static final InstanceId A = instance("a");
    private static final InstanceId B = instance("b");
    private static final NodeName ONE = new NodeName("node-1");
    private static final NodeName TWO = new NodeName("node-2");
    private static final NodeName THREE = new NodeName("node-3");

    private final SteppedClock clock = new SteppedClock(Instant.parse("2026-01-01T00:00:00Z"));
    private final Fleet fleet = new Fleet();
    private final BaremetalHostManager manager = manager("", fleet);

    @Test
    void theSmallestNodeThatFitsIsChosen() {
        fleet.add(
                node("node-1").memoryMb(65536, 0),
                node("node-2").memoryMb(16384, 0),
                node("node-3").memoryMb(4096, 0),
                node("node-4").memoryMb(32768, 0));

        Selection selection = manager.select(request(A));

        assertThat(selection.node()).isEqualTo(TWO);
        assertThat(selection.instance()).isEqualTo(A);
        assertThat(selection.host().total().memoryMb()).isEqualTo(16384);
        assertThat(selection.alternatives())
                .extracting(weighed -> weighed.host().node().value())
                .containsExactly("node-4", "node-1");
    }

    @Test
    void aChosenNodeIsPromisedForHalfAnHour() {
        fleet.add(node("node-1"));

        Selection selection = manager.select(request(A));

        assertThat(selection.claimedUntil()).isEqualTo(clock.instant().plus(Duration.ofMinutes(30)));
        assertThat(manager.claims()).containsExactly(new Claim(A, ONE, selection.claimedUntil()));
    }

    @Test
    void theTimeOfAPromiseIsAnOption() {
        fleet.add(node("node-1"));

        Selection selection = manager("scheduler_claim_timeout = 90", fleet).select(request(A));

        assertThat(selection.claimedUntil()).isEqualTo(clock.instant().plusSeconds(90));
    }

    @Test
    void eachInstanceGetsItsOwnNodeUntilThereIsNone() {
        fleet.add(node("node-1"), node("node-2"));

        assertThat(manager.select(request(A)).node()).isEqualTo(ONE);
        assertThat(manager.select(request(B)).node()).isEqualTo(TWO);

        NoValidHostException none = refusal(request(instance("c")));
        assertThat(none.counts()).containsOnly(Map.entry(Reason.CLAIMED, 2));
        assertThat(none).hasMessageContaining("node-1: claimed: is reserved for instance " + A + " until");
    }

    @Test
    void aNodeWithAnInstanceHasNothingLeftForAnother() {
        fleet.add(node("node-1"));
        fleet.give(manager.select(request(A)).node(), A);

        NoValidHostException none = refusal(request(B));

        assertThat(none.counts()).containsOnlyKeys(Reason.IN_USE);
        assertThat(none.refusals()).singleElement().satisfies(refusal -> {
            assertThat(refusal.node()).isEqualTo(ONE);
            assertThat(refusal.rejects())
                    .extracting(Reject::message)
                    .singleElement()
                    .asString()
                    .contains(A.toString());
        });
    }

    @Test
    void aNodeFreedByItsInstanceIsChosenAgain() {
        fleet.add(node("node-1"));
        manager.select(request(A));
        fleet.give(ONE, A);
        refusal(request(B));
        fleet.free(ONE);

        assertThat(manager.select(request(B)).node()).isEqualTo(ONE);
    }

    @Test
    void aReleasedNodeIsChosenAgain() {
        fleet.add(node("node-1"));
        manager.select(request(A));
        manager.release(A);
        manager.release(A);

        assertThat(manager.select(request(B)).node()).isEqualTo(ONE);
    }

    @Test
    void aPromiseThatNobodyKeepsEnds() {
        fleet.add(node("node-1"));
        manager.select(request(A));
        clock.advance(Duration.ofMinutes(30));

        assertThat(manager.select(request(B)).node()).isEqualTo(ONE);
    }

    @Test
    void askingAgainForAnInstanceGivesTheSameNode() {
        fleet.add(node("node-2"));
        manager.select(request(A));
        fleet.add(node("node-1").memoryMb(8192, 0));

        Selection again = manager.select(request(A));

        assertThat(again.node()).isEqualTo(TWO);
        assertThat(again.alternatives())
                .extracting(weighed -> weighed.host().node())
                .containsExactly(ONE);
        assertThat(manager.claims()).hasSize(1);
    }

    @Test
    void afterAFailureAnotherNodeIsChosenAndTheFirstIsNoLongerPromised() {
        fleet.add(node("node-1"), node("node-2"));
        manager.select(request(A));

        Selection second = manager.select(
                RequestSpec.builder(A, SMALL).triedNodes(List.of(ONE)).build());

        assertThat(second.node()).isEqualTo(TWO);
        assertThat(manager.select(request(B)).node()).isEqualTo(ONE);
    }

    @Test
    void aPromisedNodeThatFailedMeanwhileIsExchanged() {
        fleet.add(node("node-1"), node("node-2"));
        manager.select(request(A));
        fleet.add(node("node-1").availability(Availability.UNAVAILABLE));

        assertThat(manager.select(request(A)).node()).isEqualTo(TWO);
    }

    @Test
    void aForcedNodeIsChosenThoughItIsNotTheSmallest() {
        fleet.add(node("node-1"), node("node-2").memoryMb(65536, 0));

        RequestSpec request = RequestSpec.builder(A, SMALL).forcedNode(TWO).build();

        assertThat(manager.select(request).node()).isEqualTo(TWO);
    }

    @Test
    void aForcedNodeMustFitToo() {
        fleet.add(node("node-1"), node("node-2").memoryMb(1024, 0));

        NoValidHostException none =
                refusal(RequestSpec.builder(A, SMALL).forcedNode(TWO).build());

        assertThat(none)
                .hasMessageContaining("node-1: not forced: is not node-2")
                .hasMessageContaining("node-2: ram: has 1024 MiB free, flavor asks for 8192 MiB");
    }

    @Test
    void aForcedNodeThatIsNotThereIsNamed() {
        fleet.add(node("node-1"));

        assertThat(refusal(RequestSpec.builder(A, SMALL).forcedNode(THREE).build()))
                .hasMessageContaining("the driver reports no node node-3");
    }

    @Test
    void ignoringANodeLeavesTheOthers() {
        fleet.add(node("node-1"), node("node-2"), node("node-3"));

        RequestSpec request =
                RequestSpec.builder(A, SMALL).ignoredNodes(List.of(ONE, TWO)).build();

        assertThat(manager.select(request).node()).isEqualTo(THREE);
    }

    @Test
    void aFlavorThatAsksByResourceClassAloneGetsANodeOfThatClass() {
        fleet.add(node("node-1"), node("node-2").memoryMb(524288, 0).resourceClass(new ResourceClass("CUSTOM_GOLD")));
        Flavor gold = Flavor.builder("bm.gold")
                .vcpus(999)
                .memoryMb(999999)
                .rootGb(9999)
                .extraSpec("resources:CUSTOM_GOLD", "1")
                .extraSpec("resources:VCPU", "0")
                .extraSpec("resources:MEMORY_MB", "0")
                .extraSpec("resources:DISK_GB", "0")
                .build();

        assertThat(manager.select(RequestSpec.builder(A, gold).build()).node()).isEqualTo(TWO);
        assertThat(refusal(RequestSpec.builder(B, gold).build()))
                .hasMessageContaining("node-1: resource class: has 0 CUSTOM_GOLD free, flavor asks for 1 CUSTOM_GOLD")
                .hasMessageContaining("node-2: claimed:");
    }

    @Test
    void anInstanceThatHoldsANodeIsNotGivenASecondOne() {
        fleet.add(node("node-1"), node("node-2"));
        fleet.give(manager.select(request(A)).node(), A);

        DriverException failure = catchThrowableOfType(DriverException.class, () -> manager.select(request(A)));

        assertThat(failure.code()).isEqualTo(ErrorCode.BUILD_ABORT);
        assertThat(failure).hasMessageContaining("is on node node-1 already");
        assertThat(manager.select(RequestSpec.builder(A, SMALL)
                                .triedNodes(List.of(ONE))
                                .build())
                        .node())
                .isEqualTo(TWO);
    }

    @Test
    void withoutAnyNodeThereIsNoValidHost() {
        assertThat(refusal(request(A))).hasMessageContaining("reports no node at all");
    }

    @Test
    void aRequestThatCannotBeUnderstoodClaimsNothing() {
        fleet.add(node("node-1"));
        Flavor wrong = Flavor.builder("wrong").extraSpec("trait:X", "maybe").build();

        assertThatThrownBy(() -> manager.select(RequestSpec.builder(A, wrong).build()))
                .isInstanceOf(DriverException.class);
        assertThat(manager.claims()).isEmpty();
    }

    @Test
    void whatTheSourceThrowsPassesAndClaimsNothing() {
        DriverException away = new DriverException(ErrorCode.DRIVER_NOT_READY, "the store is away");
        BaremetalHostManager broken = manager("", () -> {
            throw away;
        });

        assertThatThrownBy(() -> broken.select(request(A))).isSameAs(away);
        assertThatThrownBy(broken::snapshot).isSameAs(away);
        assertThat(broken.claims()).isEmpty();
    }

    /** While the nodes are read, another instance gets node-1 and loses it: what was read of node-1 is out of date. */
    @Test
    void aNodeThatChangedHandsWhileItWasReadIsReadAgain() {
        fleet.add(node("node-1"));
        OvertakenSource source = new OvertakenSource();
        BaremetalHostManager overtaken = manager("", source);
        source.meanwhile = () -> {
            overtaken.select(request(B));
            overtaken.release(B);
        };
        source.overtakings.set(1);

        assertThat(overtaken.select(request(A)).node()).isEqualTo(ONE);
        assertThat(source.readings).hasValue(3);
    }

    @Test
    void aNodeThatChangesHandsInEveryReadingIsGivenUpAtLast() {
        fleet.add(node("node-1"));
        OvertakenSource source = new OvertakenSource();
        BaremetalHostManager overtaken = manager("", source);
        source.meanwhile = () -> {
            overtaken.select(request(B));
            overtaken.release(B);
        };
        source.overtakings.set(Integer.MAX_VALUE);

        NoValidHostException none =
                catchThrowableOfType(NoValidHostException.class, () -> overtaken.select(request(A)));

        assertThat(none.counts()).containsOnlyKeys(Reason.CONTENDED);
        assertThat(none).hasMessageContaining("each of 32 attempts");
    }

    /** Reads the fleet, then lets something happen before it answers. */
    private final class OvertakenSource implements HostAttributeSource {
        private final AtomicInteger readings = new AtomicInteger();
        private final AtomicInteger overtakings = new AtomicInteger();
        private Runnable meanwhile = () -> {};
        private boolean busy;

        @Override
        public List<AvailableResource> read() {
            readings.incrementAndGet();
            List<AvailableResource> reports = fleet.read();
            if (!busy && overtakings.getAndDecrement() > 0) {
                busy = true;
                meanwhile.run();
                busy = false;
            }
            return reports;
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.5", "0.5", "2", "16.0", "abc"})
    void anyRatioOtherThanOneIsRefusedWithItsPlace(String ratio) {
        DriverException failure =
                catchThrowableOfType(DriverException.class, () -> manager("ram_allocation_ratio = " + ratio, fleet));

        assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(failure)
                .hasMessageStartingWith("nova.conf:2: [baremetal] ram_allocation_ratio: '" + ratio + "' is not");
    }

    @Test
    void theRefusalOfARatioTellsTheReason() {
        assertThatThrownBy(() -> manager("ram_allocation_ratio = 1.5", fleet))
                .hasMessageContaining("is not 1.0; a bare-metal node is allocated as a whole");
    }

    @Test
    void theRatioOfHypervisorsDoesNotCount() {
        assertThatCode(() -> new BaremetalHostManager(
                        Fleet.conf("[DEFAULT]\nram_allocation_ratio = 1.5\nreserved_host_memory_mb = 512"), fleet))
                .doesNotThrowAnyException();
    }

    @Test
    void allFaultsOfTheConfigurationAreReportedAtOnce() {
        assertThatThrownBy(() ->
                        manager("ram_allocation_ratio=2\nreserved_host_memory_mb=-1\nscheduler_claim_timeout=0", fleet))
                .hasMessageContaining("nova.conf:2: [baremetal] ram_allocation_ratio:")
                .hasMessageContaining("nova.conf:3: [baremetal] reserved_host_memory_mb:")
                .hasMessageContaining("nova.conf:4: [baremetal] scheduler_claim_timeout:");
    }

    private BaremetalHostManager manager(String options, HostAttributeSource source) {
        return new BaremetalHostManager(Fleet.conf("[baremetal]\n" + options), source, clock);
    }

    private NoValidHostException refusal(RequestSpec request) {
        return catchThrowableOfType(NoValidHostException.class, () -> manager.select(request));
    }

    private static RequestSpec request(InstanceId instance) {
        return RequestSpec.builder(instance, SMALL).build();
    }
}
