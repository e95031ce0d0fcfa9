package org.novametal.examples.quickstart;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.examples.quickstart.QuickstartException.Problem;
import org.novametal.examples.quickstart.Report.NodeRow;
import org.novametal.examples.quickstart.Report.Nodes;

/**
 * All nodes of a driver.
 *
 * @param driver the driver
 */
record Fleet(ComputeDriver driver) {
    private static final Duration REST_LIMIT = Duration.ofMinutes(5);
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** An action that {@link #sideBySide} runs for several things at the same time. */
    @FunctionalInterface
    interface Action<T> {
        void run(T thing) throws InterruptedException;
    }

    /** The driver's reports on all nodes, by name, as they are now. */
    List<AvailableResource> reports() {
        return driver.getAvailableNodes(Freshness.LIVE).stream()
                .sorted()
                .map(driver::getAvailableResource)
                .toList();
    }

    /** The nodes as a table. */
    Nodes table(String title) {
        return new Nodes(title, reports().stream().map(Fleet::row).toList());
    }

    private static NodeRow row(AvailableResource report) {
        return new NodeRow(
                report.node().value(),
                state(report),
                report.availability().name().toLowerCase(Locale.ROOT),
                report.vcpus(),
                report.vcpusUsed(),
                report.memoryMb(),
                report.memoryMbUsed(),
                report.localGb(),
                report.localGbUsed(),
                report.cpuArch(),
                report.resourceClass().map(ResourceClass::name),
                report.instance().map(InstanceId::toString));
    }

    private static String state(AvailableResource report) {
        return report.stats().getOrDefault("provision_state", "unknown");
    }

    /**
     * Waits until every node is available again.
     *
     * @throws QuickstartException {@code NODE_STATE_WRONG} when a node ends in another state, or does not become available in
     *     time
     */
    void awaitAllAvailable() throws InterruptedException {
        long begin = System.nanoTime();
        while (true) {
            List<AvailableResource> others = reports().stream()
                    .filter(report -> !state(report).equals("available"))
                    .sorted(Comparator.comparing(AvailableResource::node))
                    .toList();
            if (others.isEmpty()) {
                return;
            }
            List<AvailableResource> stuck = others.stream().filter(Fleet::stuck).toList();
            boolean late = System.nanoTime() - begin > REST_LIMIT.toNanos();
            if (late || stuck.size() == others.size()) {
                throw new QuickstartException(Problem.NODE_STATE_WRONG, complaint(others, late));
            }
            Thread.sleep(PAUSE);
        }
    }

    private static boolean stuck(AvailableResource report) {
        return switch (state(report)) {
            case "error", "deploy failed", "clean failed" -> true;
            default -> false;
        };
    }

    private static String complaint(List<AvailableResource> others, boolean late) {
        StringBuilder text = new StringBuilder("not every node is available again")
                .append(late ? " within " + REST_LIMIT.toMinutes() + " minutes" : "");
        for (AvailableResource other : others) {
            text.append("; ").append(other.node()).append(" is ").append(state(other));
            String error = other.stats().get("last_error");
            if (error != null) {
                text.append(": ").append(error);
            }
        }
        return text.toString();
    }

    /**
     * Runs an action for all things at the same time, each on a virtual thread, and waits for all. Throws the first failure,
     * with the others as suppressed exceptions.
     */
    static <T> void sideBySide(List<T> things, Action<T> action) throws InterruptedException {
        List<RuntimeException> failures = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (T thing : things) {
                running.add(threads.submit(() -> {
                    action.run(thing);
                    return thing;
                }));
            }
            for (Future<?> one : running) {
                try {
                    one.get();
                } catch (ExecutionException e) {
                    failures.add(
                            e.getCause() instanceof RuntimeException known
                                    ? known
                                    : new IllegalStateException(e.getCause()));
                } catch (InterruptedException e) {
                    threads.shutdownNow();
                    throw e;
                }
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.getFirst();
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }
}
