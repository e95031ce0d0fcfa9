package org.novametal.scheduler.weigh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.novametal.scheduler.host.SampleHosts.node;
import static org.novametal.scheduler.host.SampleHosts.state;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.novametal.scheduler.host.HostState;
import org.novametal.scheduler.weigh.HostRanking.Measure;

class HostRankingTest {
    @Test
    void theSmallestMemoryComesFirstWhateverDiskAndProcessors() {
        assertThat(bestFit(host("a", 1, 65536, 10), host("b", 64, 32768, 4000), host("c", 1, 131072, 10)))
                .containsExactly("b", "a", "c");
    }

    @Test
    void oneEnormousReportLeavesTheOrderOfTheOthers() {
        assertThat(bestFit(
                        host("a", 8, 65536, 60),
                        host("b", 8, 8192, 1000),
                        host("c", 8, Integer.MAX_VALUE, 100),
                        host("d", 8, Integer.MIN_VALUE, Integer.MAX_VALUE)))
                .containsExactly("d", "b", "a", "c");
    }

    @Test
    void ofEqualMemoryTheSmallestDiskComesFirst() {
        assertThat(bestFit(host("a", 1, 4096, 300), host("b", 2, 4096, 100), host("c", 1, 4096, 200)))
                .containsExactly("b", "c", "a");
    }

    @Test
    void ofEqualMemoryAndDiskTheFewestProcessorsComeFirst() {
        assertThat(bestFit(host("a", 8, 4096, 100), host("b", 2, 4096, 100), host("c", 4, 4096, 100)))
                .containsExactly("b", "c", "a");
    }

    @Test
    void nodesThatAreAlikeStandInTheOrderOfTheirNames() {
        assertThat(bestFit(host("c", 1, 1, 1), host("a", 1, 1, 1), host("b", 1, 1, 1)))
                .containsExactly("a", "b", "c");
    }

    @Test
    void aMeasureIsBroughtToZeroToOneAndMultiplied() {
        HostRanking ranking = new HostRanking(List.of(
                new Measure(host -> host.total().memoryMb(), 3),
                new Measure(host -> host.total().vcpus(), -2)));

        List<WeighedHost> ranked =
                ranking.rank(List.of(host("a", 2, 1000, 1), host("b", 4, 2000, 1), host("c", 6, 5000, 1)));

        assertThat(ranked).extracting(weighed -> weighed.host().node().value()).containsExactly("c", "a", "b");
        assertThat(ranked.get(0).weight()).isCloseTo(3 - 2, within(1e-9));
        assertThat(ranked.get(1).weight()).isCloseTo(0, within(1e-9));
        assertThat(ranked.get(2).weight()).isCloseTo(3 * 0.25 - 2 * 0.5, within(1e-9));
    }

    @Test
    void aSingleNodeWeighsNothing() {
        assertThat(HostRanking.bestFit().rank(List.of(host("a", 1, 1, 1))))
                .extracting(WeighedHost::weight)
                .containsExactly(0.0);
    }

    @Test
    void noNodesHaveAnEmptyOrder() {
        assertThat(HostRanking.bestFit().rank(List.of())).isEmpty();
    }

    private static List<String> bestFit(HostState... hosts) {
        return HostRanking.bestFit().rank(List.of(hosts)).stream()
                .map(weighed -> weighed.host().node().value())
                .toList();
    }

    private static HostState host(String name, int vcpus, int memoryMb, int localGb) {
        return state(node(name).vcpus(vcpus, 0).memoryMb(memoryMb, 0).localGb(localGb, 0));
    }
}
