package org.novametal.bmc.redfish.benchmark;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.benchmark.ProcessorTime;
import org.novametal.bmc.benchmark.Report;
import org.novametal.bmc.benchmark.Sample;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.bmc.fleet.PowerSweep;
import org.novametal.bmc.redfish.RedfishBmcFactory;

/** BMCs that this process reads. */
final class RedfishFleet implements AutoCloseable {
    /** Of a sweep, for BMCs that cannot be polled: there are none. */
    private static final int THREADS = 1;

    /** Long, because the time is measured here, not judged. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static final Duration RETRY_INTERVAL = Duration.ofMillis(500);

    private final BmcFactory factory = new RedfishBmcFactory();
    private final Map<RedfishFarm.Member, Bmc> bmcs = new HashMap<>();

    RedfishFleet(List<RedfishFarm.Member> members) {
        for (RedfishFarm.Member member : members) {
            BmcOptions options = new BmcOptions(LIMIT, RETRY_INTERVAL).withCertificateFingerprint(member.fingerprint());
            bmcs.put(member, factory.open(member.address(), RedfishFarm.USER, options));
        }
    }

    /** Sweeps several times in a row; the wall time is that of the longest sweep. */
    Sample sweep(int times) throws InterruptedException {
        PowerSweep sweep =
                new PowerSweep(new PowerSweep.Limits(LIMIT, LIMIT, THREADS), new SplittableRandom(), System::nanoTime);
        long longest = 0;
        Count count = new Count();
        long cpu = ProcessorTime.nanos();
        for (int time = 0; time < times; time++) {
            long start = System.nanoTime();
            sweep.run(bmcs, count::add);
            longest = Math.max(longest, System.nanoTime() - start);
        }
        return new Sample(
                ProcessorTime.nanos() - cpu, longest, longest, times * bmcs.size(), times * bmcs.size() - count.right);
    }

    private static final class Count {
        private int right;
        private boolean isFailureSaid;

        void add(RedfishFarm.Member member, PowerReading reading) {
            switch (reading) {
                case PowerReading.Known known -> right += known.power() == member.power() ? 1 : 0;
                case PowerReading.Unknown unknown -> {
                    if (!isFailureSaid) {
                        isFailureSaid = true;
                        Report.say("the first failure: " + unknown.cause().getMessage());
                    }
                }
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
