package org.novametal.baremetal;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;

/**
 * How soon a driver works again on all deployments in which its process was killed: another process deploys instances, and is
 * killed with SIGKILL in the middle; then this one starts. A deployment counts as resumed when its present step has run, so that
 * it waits for something or is at another step, and as undone when it has ended. Prints JSON lines; the goal stands in the place
 * of a peer. The driver's processor time shows how much of the time other programs took.
 *
 * <p>Arguments: the number of deployments, 1,000 where there is none.
 */
public final class RestartBenchmark {
    private static final double GOAL_SECONDS = 10;
    private static final Duration ALL_ENDED_WITHIN = Duration.ofMinutes(20);
    private static final long LOOK_MILLIS = 100;
    private static final OperatingSystemMXBean SYSTEM =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private RestartBenchmark() {}

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        int deployments = arguments.length == 0 ? 1000 : Integer.parseInt(arguments[0]);
        Path folder = Files.createTempDirectory("nova-metal-restart");
        try {
            Process rack = BenchmarkRack.start(folder, deployments);
            try {
                Process killed = BenchmarkRack.java(
                        "512m", KilledDriver.class, Integer.toString(deployments), folder.toString());
                try {
                    BenchmarkRack.awaitLine(killed, "underway");
                } finally {
                    killed.destroyForcibly().waitFor();
                }
                run(BenchmarkRack.in(folder));
            } finally {
                rack.getOutputStream().close();
                rack.waitFor(30, TimeUnit.SECONDS);
                rack.destroyForcibly();
            }
        } finally {
            Figures.delete(folder);
        }
    }

    /** The driver that is killed. Arguments: the number of deployments, the folder of the rack. */
    static final class KilledDriver {
        private KilledDriver() {}

        /** Begins all deployments at once, and prints {@code underway} when the first of them has ended. */
        public static void main(String[] arguments) throws Exception {
            int deployments = Integer.parseInt(arguments[0]);
            BenchmarkRack rack = BenchmarkRack.in(Path.of(arguments[1]));
            BareMetalDriver driver = rack.driver();
            driver.enrolment().enrolAll(rack.nodes());
            try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int number = 0; number < deployments; number++) {
                    RequestContext context = RequestContext.of("req-" + number);
                    SpawnRequest request = rack.spawn(number);
                    callers.execute(() -> driver.submit(context, request));
                }
            }
            while (!isAnyEnded(driver, deployments)) {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            }
            System.out.println("underway");
            while (System.in.read() >= 0) {
                // Killed, or ended with the benchmark.
            }
            System.exit(1);
        }

        private static boolean isAnyEnded(BareMetalDriver driver, int deployments) {
            return IntStream.range(0, deployments)
                    .mapToObj(BenchmarkRack::instance)
                    .anyMatch(instance ->
                            driver.progress(instance).orElseThrow().phase().isFinished());
        }
    }

    private static void run(BenchmarkRack rack) throws Exception {
        Map<InstanceId, OperationRecord> interrupted = interrupted(rack.folder());
        String all = String.format(Locale.ROOT, "restart with %,d deployments underway: ", interrupted.size());
        long begun = System.nanoTime();
        long processor = SYSTEM.getProcessCpuTime();
        try (BareMetalDriver driver = rack.driver()) {
            Figures.print(all + "until the driver is started", seconds(begun), "s");
            Figures.print(all + "processor until then", processorSeconds(processor), "s");
            // One after the other, so that the looks take no processor time from the driver.
            for (Map.Entry<InstanceId, OperationRecord> before : interrupted.entrySet()) {
                while (!isResumed(driver, before.getValue(), before.getKey())) {
                    requireTime(begun, "deployments are not resumed");
                    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                }
            }
            Figures.print(all + "until all are resumed or undone", seconds(begun), GOAL_SECONDS, "s");
            Figures.print(all + "processor until then", processorSeconds(processor), "s");
            int succeeded = 0;
            for (InstanceId instance : interrupted.keySet()) {
                InstanceOperation end = driver.await(instance, ALL_ENDED_WITHIN).orElseThrow();
                succeeded += end.phase() == InstanceOperation.Phase.SUCCEEDED ? 1 : 0;
                requireTime(begun, "deployments have not ended");
            }
            Figures.print(all + "until all have ended", seconds(begun), "s");
            Figures.print(all + "active", succeeded, interrupted.size(), "instances");
        }
    }

    private static boolean isResumed(BareMetalDriver driver, OperationRecord before, InstanceId instance) {
        InstanceOperation now = driver.progress(instance).orElseThrow();
        return now.phase().isFinished()
                || !now.text().isEmpty()
                || !now.step().equals(before.step().orElse(""));
    }

    /** The deployments that the killed driver left, as a second process sees them. */
    private static Map<InstanceId, OperationRecord> interrupted(Path folder) throws IOException {
        Map<InstanceId, OperationRecord> unfinished = new HashMap<>();
        try (Store store = SqlStore.sqlite(
                folder.resolve("state/nova-metal.db"),
                SecretCipher.ofKeyFile(folder.resolve("state/secret.key")),
                InstantSource.system(),
                StoreOptions.DEFAULTS)) {
            store.operations()
                    .unfinished()
                    .forEach(operation -> unfinished.put(operation.instance().orElseThrow(), operation));
        }
        return unfinished;
    }

    private static void requireTime(long begun, String state) {
        if (seconds(begun) > ALL_ENDED_WITHIN.toSeconds()) {
            throw new IllegalStateException(state + " after " + ALL_ENDED_WITHIN);
        }
    }

    private static double processorSeconds(long begun) {
        return (SYSTEM.getProcessCpuTime() - begun) / 1e9;
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }
}
