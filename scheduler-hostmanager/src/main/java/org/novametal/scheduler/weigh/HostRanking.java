package org.novametal.scheduler.weigh;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.DoubleSummaryStatistics;
import java.util.List;
import org.novametal.scheduler.host.HostState;

/**
 * Orders nodes by weighted measures. Each measure is scaled to 0…1 between the least and the greatest value of the
 * compared nodes (to 0 when all are equal), multiplied by its multiplier, and added up. Nodes of equal weight are
 * ordered by name, so that the same nodes always give the same order. Immutable.
 *
 * <p>Source: Nova {@code nova/weights.py#normalize}, {@code BaseWeightHandler}.
 *
 * @param measures the measures and their multipliers
 */
public record HostRanking(List<Measure> measures) {
    /**
     * A measure and its multiplier.
     *
     * @param weigher the measure
     * @param multiplier the weight of the measure relative to the others
     */
    public record Measure(HostWeigher weigher, double multiplier) {}

    /** Copies the list. */
    public HostRanking {
        measures = List.copyOf(measures);
    }

    /**
     * Best fit: the smallest node first, by memory, then disk, then processors, so that large nodes stay free for
     * requests that need them. Sizes are compared by their logarithms, so that one node that reports an enormous size does
     * not make all others equal. Disk size decides only between nodes whose memory sizes differ by at most about two
     * percent. In the same way the processors decide only between nodes of almost the same disk size.
     */
    public static HostRanking bestFit() {
        return new HostRanking(List.of(
                new Measure(host -> smallness(host.total().memoryMb()), 1_000_000),
                new Measure(host -> smallness(host.total().localGb()), 1_000),
                new Measure(host -> smallness(host.total().vcpus()), 1)));
    }

    private static double smallness(int size) {
        return -Math.log1p(Math.max(0, size));
    }

    /** The nodes, the best one first. */
    public List<WeighedHost> rank(List<HostState> hosts) {
        double[] weights = new double[hosts.size()];
        for (Measure measure : measures) {
            double[] raw = hosts.stream().mapToDouble(measure.weigher()::weigh).toArray();
            DoubleSummaryStatistics range = new DoubleSummaryStatistics();
            for (double value : raw) {
                range.accept(value);
            }
            double width = range.getMax() - range.getMin();
            for (int i = 0; i < raw.length; i++) {
                weights[i] += width > 0 ? measure.multiplier() * (raw[i] - range.getMin()) / width : 0;
            }
        }
        List<WeighedHost> ranked = new ArrayList<>();
        for (int i = 0; i < weights.length; i++) {
            ranked.add(new WeighedHost(hosts.get(i), weights[i]));
        }
        ranked.sort(Comparator.comparingDouble(WeighedHost::weight)
                .reversed()
                .thenComparing(weighed -> weighed.host().node()));
        return List.copyOf(ranked);
    }
}
