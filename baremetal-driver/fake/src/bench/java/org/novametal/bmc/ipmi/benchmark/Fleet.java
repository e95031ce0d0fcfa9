package org.novametal.bmc.ipmi.benchmark;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.benchmark.ProcessorTime;
import org.novametal.bmc.benchmark.Sample;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.bmc.fleet.PowerSweep;
import org.novametal.bmc.ipmi.IpmiBmcFactory;

/** BMCs that our engine asks, in this process. */
final class Fleet implements AutoCloseable {
    /** Of a sweep, where a BMC cannot be polled. */
    private static final int THREADS = 256;

    private final BmcFactory factory = new IpmiBmcFactory();
    private final Map<Farm.Member, Bmc> bmcs = new HashMap<>();

    Fleet(List<Farm.Member> members, BmcOptions options) {
        for (Farm.Member member : members) {
            bmcs.put(member, factory.open(member.address(), Farm.USER, options));
        }
    }

    /**
     * Polls all at once, several times one after another.
     *
     * @param limit of each sweep
     * @return all looks; the wall times are those of the longest sweep
     */
    Sample sweep(int times, Duration limit) throws InterruptedException {
        PowerSweep sweep =
                new PowerSweep(new PowerSweep.Limits(limit, limit, THREADS), new SplittableRandom(), System::nanoTime);
        long longest = 0;
        long longestLiving = 0;
        int lost = 0;
        long cpu = ProcessorTime.nanos();
        for (int time = 0; time < times; time++) {
            long start = System.nanoTime();
            Run run = new Run(start);
            sweep.run(bmcs, run::hear);
            longest = Math.max(longest, System.nanoTime() - start);
            longestLiving = Math.max(longestLiving, run.lastLivingNanos);
            lost += bmcs.size() - run.right;
        }
        return new Sample(ProcessorTime.nanos() - cpu, longest, longestLiving, times * bmcs.size(), lost);
    }

    /** What one sweep heard. */
    private static final class Run {
        private final long start;
        private long lastLivingNanos;
        private int right;

        private Run(long start) {
            this.start = start;
        }

        private void hear(Farm.Member member, PowerReading reading) {
            Optional<ChassisPower> power = switch (reading) {
                case PowerReading.Known known -> Optional.of(known.power());
                case PowerReading.Unknown _ -> Optional.empty();
            };
            right += power.equals(member.power()) ? 1 : 0;
            if (member.power().isPresent()) {
                lastLivingNanos = System.nanoTime() - start;
            }
        }
    }

    /** Closes all sessions and the fleet. */
    Sample closeAll() {
        long cpu = ProcessorTime.nanos();
        long start = System.nanoTime();
        close();
        long wall = System.nanoTime() - start;
        return new Sample(ProcessorTime.nanos() - cpu, wall, wall, bmcs.size(), 0);
    }

    @Override
    public void close() {
        factory.close();
    }
}
