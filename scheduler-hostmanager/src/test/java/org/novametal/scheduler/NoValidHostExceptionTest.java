package org.novametal.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.novametal.scheduler.host.SampleHosts.instance;
import static org.novametal.scheduler.host.SampleHosts.node;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.Flavor;
import org.novametal.scheduler.filter.Reason;
import org.novametal.scheduler.filter.Verdict.Reject;
import org.novametal.scheduler.filter.Verdict.Shortage;
import org.novametal.scheduler.host.HostDemand.Asker;

class NoValidHostExceptionTest {
    private static final Flavor LARGE =
            Flavor.builder("bm.large").vcpus(4).memoryMb(16384).rootGb(200).build();

    private final Fleet fleet = new Fleet();

    @Test
    void theMessageCountsFirstAndThenTellsOfEachNode() {
        fleet.add(
                node("node-1").instance(instance("x")).availability(Availability.IN_USE),
                node("node-2").availability(Availability.UNAVAILABLE).stat("provision_state", "cleaning"),
                node("node-3").memoryMb(8192, 0).localGb(100, 0));

        assertThat(refusal().getMessage().lines())
                .containsExactly(
                        "No valid host for instance " + instance("i") + ": none of 3 nodes can take flavor bm.large"
                                + " (4 vcpus, 16384 MiB, 200 GiB); refused: in use 1, unavailable 1, ram 1, disk 1",
                        "node-1: in use: has none of its 8 vcpus, 16384 MiB, 100 GiB free: instance " + instance("x")
                                + " is on it",
                        "node-2: unavailable: has none of its 8 vcpus, 16384 MiB, 100 GiB free: it cannot take an"
                                + " instance now; provision state: cleaning",
                        "node-3: ram: has 8192 MiB free, flavor asks for 16384 MiB",
                        "node-3: disk: has 100 GiB free, flavor asks for 200 GiB");
    }

    @Test
    void textsOfFlavorImageAndReportsAreCutAndEscapedInTheMessage() {
        fleet.add(
                node("node-1").cpuArch("\u001b[2J\n" + "x".repeat(1_000_000)),
                node("node-2").vcpus(1, 0));
        Flavor hostile = Flavor.builder("f\u202e\u001b]0;" + "f".repeat(1_000_000))
                .vcpus(4)
                .memoryMb(1)
                .rootGb(1)
                .extraSpec("cpu_arch", "a\nnode-9: forged" + "y".repeat(2_000_000))
                .build();

        NoValidHostException none = catchThrowableOfType(
                NoValidHostException.class,
                () -> new BaremetalHostManager(Fleet.conf(""), fleet)
                        .select(RequestSpec.builder(instance("i"), hostile).build()));

        assertThat(none.getMessage())
                .hasSizeLessThan(5000)
                .contains("f\\u202e\\u001b]0;", "a\\u000anode-9: forged", "refused: vcpus 1, cpu arch 2")
                .matches(text -> text.chars().allMatch(c -> c == '\n' || !Character.isISOControl(c)));
    }

    @Test
    void programsGetTheNumbers() {
        fleet.add(node("node-3").memoryMb(8192, 0).localGb(200, 0));

        NoValidHostException none = refusal();

        assertThat(none.instance()).isEqualTo(instance("i"));
        assertThat(none.counts()).isEqualTo(Map.of(Reason.RAM, 1));
        assertThat(none.refusals().getFirst().rejects())
                .containsExactly(new Shortage(Reason.RAM, 8192, 16384, "MiB", Asker.FLAVOR));
    }

    @Test
    void theMessageStaysShortWithThousandsOfNodesAndTheDataStayWhole() {
        for (int i = 0; i < 5000; i++) {
            String name = "node-%04d".formatted(i);
            fleet.add(
                    switch (i % 3) {
                        case 0 -> node(name).memoryMb(8192, 0).localGb(200, 0);
                        case 1 -> node(name).availability(Availability.UNAVAILABLE);
                        default -> node(name).instance(instance(name));
                    });
        }

        NoValidHostException none = refusal();

        assertThat(none.getMessage())
                .contains("none of 5000 nodes")
                .contains("refused: in use 1666, unavailable 1667, ram 1667")
                .contains("node-0000: ram: has 8192 MiB free")
                .contains("node-0001: unavailable:")
                .contains("node-0002: in use:")
                .contains("ram: and 1661 more nodes")
                .hasSizeLessThan(4000);
        assertThat(none.getMessage().lines()).hasSizeLessThanOrEqualTo(1 + 20 + 3);
        assertThat(none.refusals()).hasSize(5000);
        assertThat(none.refusals().get(4998).rejects())
                .extracting(Reject::message)
                .containsExactly("has 8192 MiB free, flavor asks for 16384 MiB");
    }

    private NoValidHostException refusal() {
        BaremetalHostManager manager = new BaremetalHostManager(Fleet.conf(""), fleet);
        return catchThrowableOfType(
                NoValidHostException.class,
                () -> manager.select(RequestSpec.builder(instance("i"), LARGE).build()));
    }
}
