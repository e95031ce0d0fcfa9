package org.novametal.bmc.ipmi.benchmark;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerPolling;
import org.novametal.bmc.ipmi.IpmiBmcFactory;

/** BMCs that our engine asks, in this process. */
final class Fleet implements AutoCloseable {
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private record Ship(Farm.Member member, PowerPolling polling) {}

    private final BmcFactory factory = new IpmiBmcFactory();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Ship> ships = new ArrayList<>();

    Fleet(List<Farm.Member> members, BmcOptions options) {
        for (Farm.Member member : members) {
            Bmc bmc = factory.open(member.address(), Farm.USER, options);
            ships.add(new Ship(member, bmc.capability(PowerPolling.class).orElse(limit -> blocking(bmc))));
        }
    }

    /** A poll of all at once. */
    Sample sweep(Duration limit) {
        return sweep(1, limit);
    }

    /**
     * Polls all at once, several times one after another.
     *
     * @param limit of each poll
     * @return all looks; the wall times are those of the longest sweep
     */
    Sample sweep(int times, Duration limit) {
        long longest = 0;
        long longestLiving = 0;
        int lost = 0;
        long cpu = SYSTEM.getProcessCpuTime();
        for (int time = 0; time < times; time++) {
            AtomicInteger wrong = new AtomicInteger();
            AtomicLong lastLiving = new AtomicLong();
            long start = System.nanoTime();
            CompletableFuture.allOf(ships.stream()
                            .map(ship -> ship.polling().pollPower(limit).handle((power, failure) -> {
                                if (ship.member().power().isPresent()) {
                                    lastLiving.accumulateAndGet(System.nanoTime() - start, Math::max);
                                }
                                if (!Optional.ofNullable(power)
                                        .equals(ship.member().power())) {
                                    wrong.incrementAndGet();
                                }
                                return ship;
                            }))
                            .toArray(CompletableFuture[]::new))
                    .join();
            longest = Math.max(longest, System.nanoTime() - start);
            longestLiving = Math.max(longestLiving, lastLiving.get());
            lost += wrong.get();
        }
        return new Sample(SYSTEM.getProcessCpuTime() - cpu, longest, longestLiving, times * ships.size(), lost);
    }

    private CompletableFuture<ChassisPower> blocking(Bmc bmc) {
        CompletableFuture<ChassisPower> answer = new CompletableFuture<>();
        threads.execute(() -> {
            try {
                answer.complete(bmc.readPower());
            } catch (InterruptedException | RuntimeException e) {
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }

    @Override
    public void close() {
        factory.close();
        threads.close();
    }
}
