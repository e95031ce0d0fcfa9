package org.novametal.scheduler.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.scheduler.host.SampleHosts.flavorAsks;
import static org.novametal.scheduler.host.SampleHosts.instance;
import static org.novametal.scheduler.host.SampleHosts.node;
import static org.novametal.scheduler.host.SampleHosts.state;

import java.util.Set;
import org.junit.jupiter.api.Test;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;
import org.novametal.scheduler.filter.Verdict.Reject;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostDemand.Architecture;
import org.novametal.scheduler.host.HostDemand.Asker;

class FilterChainTest {
    private final HostDemand tooMuch = HostDemand.builder()
            .vcpus(flavorAsks(1000))
            .memoryMb(flavorAsks(1000000))
            .localGb(flavorAsks(1000000))
            .architecture(new Architecture("s390x", Asker.FLAVOR))
            .resourceClass(new ResourceClass("CUSTOM_GOLD"), 1)
            .requiredTrait(new Trait("CUSTOM_SSD"))
            .build();

    @Test
    void allThatDoesNotFitIsReportedAtOnce() {
        assertThat(FilterChain.standard().refusals(state(node("node-1")), tooMuch))
                .extracting(Reject::reason)
                .containsExactly(
                        Reason.VCPUS,
                        Reason.RAM,
                        Reason.DISK,
                        Reason.CPU_ARCH,
                        Reason.RESOURCE_CLASS,
                        Reason.TRAIT_MISSING);
    }

    @Test
    void ofANodeInUseNothingElseIsReported() {
        assertThat(FilterChain.standard().refusals(state(node("node-1").instance(instance("a"))), tooMuch))
                .extracting(Reject::reason)
                .containsExactly(Reason.IN_USE);
    }

    @Test
    void ofANodeThatTheRequestLeavesOutNothingElseIsReported() {
        HostDemand demand = HostDemand.builder()
                .ignoredNodes(Set.of(new NodeName("node-1")))
                .build();

        assertThat(FilterChain.standard().refusals(state(node("node-1").instance(instance("a"))), demand))
                .extracting(Reject::reason)
                .containsExactly(Reason.IGNORED);
    }

    @Test
    void aDemandThatAsksForNothingFitsAFreeNode() {
        assertThat(FilterChain.standard()
                        .refusals(state(node("node-1")), HostDemand.builder().build()))
                .isEmpty();
    }
}
