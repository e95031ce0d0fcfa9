package org.novametal.baremetal;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.RequestContext;

/**
 * What many spawns at once cost the driver: an image of 1 MiB, fake machines in a separate process, no rate of power-ons. Prints
 * JSON lines; the goal stands in the place of a peer. The driver's processor time does not include child processes. Some spawns
 * are done before, as a warm-up.
 *
 * <p>Arguments: the number of spawns, 1,000 where there is none; the number of spawns of the warm-up, 50 where there is none.
 */
public final class SpawnBenchmark {
    private static final double GOAL_MILLIS = 50;
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private SpawnBenchmark() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int spawns = arguments.length == 0 ? 1000 : Integer.parseInt(arguments[0]);
        int warmUp = arguments.length < 2 ? 50 : Integer.parseInt(arguments[1]);
        Path folder = Files.createTempDirectory("nova-metal-spawn");
        try {
            Process program = BenchmarkRack.start(folder, warmUp + spawns);
            try {
                run(BenchmarkRack.in(folder), warmUp, spawns);
            } finally {
                program.getOutputStream().close();
                program.waitFor(30, TimeUnit.SECONDS);
                program.destroyForcibly();
            }
        } finally {
            Figures.delete(folder);
        }
    }

    private static void run(BenchmarkRack rack, int warmUp, int spawns) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        String all = String.format(Locale.ROOT, "%,d spawns at once: ", spawns);
        try (BareMetalDriver driver = rack.driver()) {
            driver.enrolment().enrolAll(rack.nodes());
            int failedBefore = spawn(driver, rack, 0, warmUp);
            if (failedBefore > 0) {
                throw new IllegalStateException(failedBefore + " spawns of the warm-up failed");
            }
            threads.resetPeakThreadCount();
            long begun = System.nanoTime();
            long processor = SYSTEM.getProcessCpuTime();
            int failed = spawn(driver, rack, warmUp, warmUp + spawns);
            double used = SYSTEM.getProcessCpuTime() - processor;
            Figures.print(all + "active", spawns - failed, spawns, "instances");
            Figures.print(all + "processor for each", used / 1e6 / spawns, GOAL_MILLIS, "ms");
            Figures.print(all + "until the last is active", (System.nanoTime() - begun) / 1e9, "s");
            Figures.print(all + "highest memory of the process", peakMib(), "MiB");
            Figures.print(all + "most platform threads", threads.getPeakThreadCount(), "threads");
        }
    }

    /** Spawns the instances of these numbers at once; returns how many failed. */
    private static int spawn(BareMetalDriver driver, BenchmarkRack rack, int from, int to) throws Exception {
        List<Future<Boolean>> spawns = new ArrayList<>();
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int number = from; number < to; number++) {
                int own = number;
                spawns.add(callers.submit(() -> spawned(driver, rack, own)));
            }
        }
        int failed = 0;
        for (Future<Boolean> spawn : spawns) {
            failed += spawn.get() ? 0 : 1;
        }
        return failed;
    }

    private static boolean spawned(BareMetalDriver driver, BenchmarkRack rack, int number) throws InterruptedException {
        try {
            driver.spawn(RequestContext.of("req-" + number), rack.spawn(number));
            return true;
        } catch (DriverException e) {
            System.err.println("spawn " + number + " failed: " + e.code() + " " + e.getMessage());
            return false;
        }
    }

    private static double peakMib() throws IOException {
        return Files.readAllLines(Path.of("/proc/self/status")).stream()
                        .filter(line -> line.startsWith("VmHWM:"))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                        .findFirst()
                        .orElse(0)
                / 1024.0;
    }
}
