package org.novametal.scheduler.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.scheduler.host.SampleHosts.instance;
import static org.novametal.scheduler.host.SampleHosts.node;
import static org.novametal.scheduler.host.SampleHosts.state;

import org.junit.jupiter.api.Test;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.scheduler.filter.Verdict.Mismatch;
import org.novametal.scheduler.filter.Verdict.Pass;
import org.novametal.scheduler.host.HostDemand;

class AvailabilityFilterTest {
    @Test
    void aFreeNodePasses() {
        assertThat(verdict(node("node-1"))).isEqualTo(new Pass());
    }

    @Test
    void aNodeWithAnInstanceIsRefusedWithWhoseItIs() {
        Mismatch refusal = (Mismatch) verdict(node("node-1")
                .availability(Availability.IN_USE)
                .instance(instance("a"))
                .stat("provision_state", "active"));

        assertThat(refusal.reason()).isEqualTo(Reason.IN_USE);
        assertThat(refusal.seen()).isEqualTo("active");
        assertThat(refusal.message())
                .isEqualTo("has none of its 8 vcpus, 16384 MiB, 100 GiB free: instance " + instance("a")
                        + " is on it; provision state: active");
    }

    @Test
    void aNodeWithAnInstanceIsRefusedEvenIfItIsReportedFree() {
        Mismatch refusal = (Mismatch) verdict(node("node-1").instance(instance("a")));

        assertThat(refusal.reason()).isEqualTo(Reason.IN_USE);
    }

    @Test
    void aNodeInUseWithoutAnInstanceIsRefused() {
        Mismatch refusal = (Mismatch) verdict(node("node-1").availability(Availability.IN_USE));

        assertThat(refusal.reason()).isEqualTo(Reason.IN_USE);
        assertThat(refusal.seen()).isEqualTo("IN_USE");
    }

    @Test
    void anUnavailableNodeIsRefusedWithItsProvisionStateAndTheReason() {
        Mismatch refusal = (Mismatch) verdict(node("node-1")
                .availability(Availability.UNAVAILABLE)
                .stat("provision_state", "clean failed")
                .stat("last_error", "the BMC does not answer"));

        assertThat(refusal.reason()).isEqualTo(Reason.UNAVAILABLE);
        assertThat(refusal.message())
                .startsWith("has none of its 8 vcpus")
                .endsWith("provision state: clean failed; reason: the BMC does not answer");
    }

    @Test
    void aNodeInMaintenanceIsRefusedWithTheReasonForIt() {
        Mismatch refusal = (Mismatch) verdict(node("node-1")
                .availability(Availability.UNAVAILABLE)
                .stat("provision_state", "available")
                .stat("last_error", "of long ago")
                .stat("maintenance", "a fan is being replaced"));

        assertThat(refusal.message()).endsWith("provision state: available; reason: a fan is being replaced");
    }

    private static Verdict verdict(AvailableResource.Builder report) {
        return new AvailabilityFilter()
                .filter(state(report), HostDemand.builder().build());
    }
}
