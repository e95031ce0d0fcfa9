package org.novametal.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.scheduler.host.SampleHosts.instance;
import static org.novametal.scheduler.host.SampleHosts.node;
import static org.novametal.scheduler.host.SampleHosts.state;

import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.placement.Trait;
import org.novametal.scheduler.host.HostState.Capacity;

class HostStateTest {
    @Test
    void whatIsFreeIsNeverLessThanNothingAndNeverMoreThanTheTotal() {
        int[][] reports = {
            {Integer.MIN_VALUE, 1, 0},
            {Integer.MIN_VALUE, Integer.MAX_VALUE, 0},
            {Integer.MAX_VALUE, -1, Integer.MAX_VALUE},
            {-5, -100_000, 0},
            {8, Integer.MIN_VALUE, 8},
            {0, Integer.MIN_VALUE, 0},
            {8, 3, 5}
        };
        for (int[] report : reports) {
            HostState host = HostState.of(AvailableResource.builder(new NodeName("n"), new UUID(0, 1))
                    .vcpus(report[0], report[1])
                    .memoryMb(report[0], report[1])
                    .localGb(report[0], report[1])
                    .build());
            assertThat(host.free()).isEqualTo(new HostState.Capacity(report[2], report[2], report[2]));
        }
    }

    @Test
    void aFreeNodeHasAllOfItLeft() {
        HostState host = state(node("node-1"));

        assertThat(host.total()).isEqualTo(new Capacity(8, 16384, 100));
        assertThat(host.free()).isEqualTo(new Capacity(8, 16384, 100));
    }

    @Test
    void reservedMemoryWhichTheReportCountsAsUsedIsTakenOffOnce() {
        HostState host = state(node("node-1").memoryMb(16384, 512));

        assertThat(host.free().memoryMb()).isEqualTo(15872);
        assertThat(host.total().memoryMb()).isEqualTo(16384);
    }

    @Test
    void moreUsedThanThereIsLeavesNothing() {
        HostState host = state(node("node-1").vcpus(8, 9).memoryMb(10, 11).localGb(1, 2));

        assertThat(host.free()).isEqualTo(Capacity.NONE);
    }

    @Test
    void aNodeWithAnInstanceHasNothingLeftWhateverTheReportCountsAsUsed() {
        HostState host = state(node("node-1").instance(instance("a")).availability(Availability.FREE));

        assertThat(host.free()).isEqualTo(Capacity.NONE);
        assertThat(host.total()).isEqualTo(new Capacity(8, 16384, 100));
    }

    @ParameterizedTest
    @EnumSource(names = {"IN_USE", "UNAVAILABLE"})
    void aNodeThatIsNotFreeHasNothingLeft(Availability availability) {
        assertThat(state(node("node-1").availability(availability)).free()).isEqualTo(Capacity.NONE);
    }

    @Test
    void everythingElseIsAsReported() {
        HostState host = state(node("node-1")
                .cpuArch("aarch64")
                .resourceClass(new ResourceClass("CUSTOM_GOLD"))
                .traits(Set.of(new Trait("CUSTOM_SSD")))
                .stat("provision_state", "available"));

        assertThat(host.node()).isEqualTo(new NodeName("node-1"));
        assertThat(host.uuid()).isEqualTo(node("node-1").build().uuid());
        assertThat(host.cpuArch()).isEqualTo("aarch64");
        assertThat(host.resourceClass()).contains(new ResourceClass("CUSTOM_GOLD"));
        assertThat(host.traits()).containsExactly(new Trait("CUSTOM_SSD"));
        assertThat(host.attributes()).containsEntry("provision_state", "available");
        assertThat(host.instance()).isEmpty();
    }
}
