package org.novametal.scheduler.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.scheduler.host.SampleHosts.node;
import static org.novametal.scheduler.host.SampleHosts.state;

import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.novametal.driver.model.NodeName;
import org.novametal.scheduler.filter.Verdict.Mismatch;
import org.novametal.scheduler.filter.Verdict.Pass;
import org.novametal.scheduler.host.HostDemand;

class NodeChoiceFilterTest {
    private static final NodeName ONE = new NodeName("node-1");
    private static final NodeName TWO = new NodeName("node-2");

    @Test
    void withoutAWishEveryNodePasses() {
        assertThat(verdict(HostDemand.builder())).isEqualTo(new Pass());
    }

    @Test
    void theForcedNodePasses() {
        assertThat(verdict(HostDemand.builder().forcedNode(Optional.of(ONE)))).isEqualTo(new Pass());
    }

    @Test
    void anyOtherThanTheForcedNodeIsRefused() {
        Mismatch refusal = (Mismatch) verdict(HostDemand.builder().forcedNode(Optional.of(TWO)));

        assertThat(refusal.reason()).isEqualTo(Reason.NOT_FORCED);
        assertThat(refusal.message()).isEqualTo("is not node-2, the only node that the request allows");
    }

    @Test
    void anIgnoredNodeIsRefused() {
        Mismatch refusal = (Mismatch) verdict(HostDemand.builder().ignoredNodes(Set.of(ONE, TWO)));

        assertThat(refusal.reason()).isEqualTo(Reason.IGNORED);
        assertThat(refusal.message()).contains("one of the 2 nodes");
    }

    @Test
    void aNodeOnWhichTheInstanceFailedIsRefused() {
        Mismatch refusal = (Mismatch) verdict(HostDemand.builder().triedNodes(Set.of(ONE)));

        assertThat(refusal.reason()).isEqualTo(Reason.ALREADY_TRIED);
    }

    @Test
    void otherNodesThanTheIgnoredAndTriedOnesPass() {
        assertThat(verdict(HostDemand.builder().ignoredNodes(Set.of(TWO)).triedNodes(Set.of(TWO))))
                .isEqualTo(new Pass());
    }

    private static Verdict verdict(HostDemand.Builder demand) {
        return new NodeChoiceFilter().filter(state(node("node-1")), demand.build());
    }
}
