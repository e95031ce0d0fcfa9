package org.novametal.scheduler.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.scheduler.host.SampleHosts.flavorAsks;
import static org.novametal.scheduler.host.SampleHosts.node;
import static org.novametal.scheduler.host.SampleHosts.state;

import org.junit.jupiter.api.Test;
import org.novametal.scheduler.filter.Verdict.Pass;
import org.novametal.scheduler.filter.Verdict.Shortage;
import org.novametal.scheduler.host.HostDemand;
import org.novametal.scheduler.host.HostDemand.Amount;
import org.novametal.scheduler.host.HostDemand.Asker;
import org.novametal.scheduler.host.HostState;

class AmountFiltersTest {
    private final HostState host =
            state(node("node-1").vcpus(8, 0).memoryMb(8192, 0).localGb(100, 0));

    @Test
    void aNodeThatHasExactlyWhatIsAskedForPasses() {
        HostDemand demand = HostDemand.builder()
                .vcpus(flavorAsks(8))
                .memoryMb(flavorAsks(8192))
                .localGb(flavorAsks(100))
                .build();

        assertThat(new VcpuFilter().filter(host, demand)).isEqualTo(new Pass());
        assertThat(new RamFilter().filter(host, demand)).isEqualTo(new Pass());
        assertThat(new DiskFilter().filter(host, demand)).isEqualTo(new Pass());
    }

    @Test
    void aNodeThatHasOneProcessorTooFewIsRefusedWithBothNumbers() {
        Verdict verdict = new VcpuFilter()
                .filter(host, HostDemand.builder().vcpus(flavorAsks(9)).build());

        assertThat(verdict).isEqualTo(new Shortage(Reason.VCPUS, 8, 9, "vcpus", Asker.FLAVOR));
        assertThat(((Shortage) verdict).message()).isEqualTo("has 8 vcpus free, flavor asks for 9 vcpus");
    }

    @Test
    void aNodeWithTooLittleMemoryIsRefusedWithBothNumbers() {
        Verdict verdict = new RamFilter()
                .filter(host, HostDemand.builder().memoryMb(flavorAsks(16384)).build());

        assertThat(verdict).isEqualTo(new Shortage(Reason.RAM, 8192, 16384, "MiB", Asker.FLAVOR));
        assertThat(((Shortage) verdict).message()).isEqualTo("has 8192 MiB free, flavor asks for 16384 MiB");
    }

    @Test
    void aNodeWithTooLittleDiskIsRefusedWithBothNumbersAndWhoAsks() {
        Verdict verdict = new DiskFilter()
                .filter(
                        host,
                        HostDemand.builder()
                                .localGb(new Amount(101, Asker.IMAGE))
                                .build());

        assertThat(verdict).isEqualTo(new Shortage(Reason.DISK, 100, 101, "GiB", Asker.IMAGE));
        assertThat(((Shortage) verdict).message()).isEqualTo("has 100 GiB free, image asks for 101 GiB");
    }

    @Test
    void whatTheHostReservesIsNotThereForTheInstance() {
        HostState reserved = state(node("node-1").memoryMb(8192, 1));

        assertThat(new RamFilter()
                        .filter(
                                reserved,
                                HostDemand.builder().memoryMb(flavorAsks(8192)).build()))
                .isEqualTo(new Shortage(Reason.RAM, 8191, 8192, "MiB", Asker.FLAVOR));
    }
}
