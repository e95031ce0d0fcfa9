package org.novametal.baremetal.metrics;

import com.google.common.base.Suppliers;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.power.PowerCommand;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcException;
import org.novametal.queue.AdmissionQueue;

/**
 * Publishes measurements to a registry of Micrometer:
 *
 * <table>
 * <caption>metrics</caption>
 * <tr><td>{@code novametal.nodes}</td><td>gauge</td><td>nodes; tag {@code state}</td></tr>
 * <tr><td>{@code novametal.operations}</td><td>timer</td><td>ended operations, from their begin; tags {@code kind}, {@code
 *     outcome} (succeeded, failed, cancelled), {@code cause} of a failure</td></tr>
 * <tr><td>{@code novametal.steps}</td><td>timer</td><td>ended steps; tags {@code kind}, {@code step}, {@code outcome} (done,
 *     failed, undone, not_undone)</td></tr>
 * <tr><td>{@code novametal.power.commands}</td><td>counter</td><td>power commands of users; tags {@code command}, {@code
 *     outcome}</td></tr>
 * <tr><td>{@code novametal.bmc.answers}</td><td>counter</td><td>calls to BMCs and readings of power; tag {@code
 *     outcome}: {@code ok}, or the reason of the failure</td></tr>
 * <tr><td>{@code novametal.queue.waiting}</td><td>gauge</td><td>what waits in a queue; tag {@code queue}, its name</td></tr>
 * <tr><td>{@code novametal.tasks.runs}</td><td>timer</td><td>runs of the work that the driver repeats; tag {@code task}</td></tr>
 * <tr><td>{@code novametal.tasks.failures}</td><td>counter</td><td>failed runs; tag {@code task}</td></tr>
 * <tr><td>{@code novametal.tasks.last.run}</td><td>gauge</td><td>when the last run ended, seconds since 1970; tag {@code
 *     task}</td></tr>
 * </table>
 *
 * and a gauge for each {@link DriverMetrics.GaugeKind}. Names are Micrometer's; a registry converts them to its own form, such as
 * {@code novametal_nodes} for Prometheus. Tags have a bounded number of values: kinds, steps and reasons, never nodes.
 *
 * <p>Thread-safe.
 */
public final class MicrometerMetrics implements DriverMetrics {
    private static final String OUTCOME = "outcome";

    private final MeterRegistry registry;
    private final Supplier<Counter> answered = Suppliers.memoize(() -> bmcAnswers("ok"));
    private final Map<BmcException.Reason, Counter> failures = new ConcurrentHashMap<>();
    private final List<Meter> published = new ArrayList<>();
    private final Map<Task, AtomicLong> lastRuns = new ConcurrentHashMap<>();

    /** Publishes to a registry, which the caller keeps and closes. */
    public MicrometerMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Publishes to Micrometer's global registry, which measures nothing until a program adds a registry to it. */
    public static MicrometerMetrics global() {
        return new MicrometerMetrics(Metrics.globalRegistry);
    }

    @Override
    public synchronized void publish(Values values) {
        for (ProvisionState state : ProvisionState.values()) {
            published.add(
                    Gauge.builder("novametal.nodes", () -> values.nodes().get().getOrDefault(state, 0))
                            .tag("state", state.persistedName())
                            .description("nodes in a state")
                            .register(registry));
        }
        for (AdmissionQueue queue : values.queues()) {
            published.add(Gauge.builder("novametal.queue.waiting", queue, AdmissionQueue::waiting)
                    .tag("queue", queue.name())
                    .description("operations or conversions that wait in a queue")
                    .strongReference(true)
                    .register(registry));
        }
        values.gauges()
                .forEach((gauge, value) -> published.add(Gauge.builder(gauge.metric(), value)
                        .description(gauge.help())
                        .register(registry)));
    }

    @Override
    public void operationEnded(OperationRecord operation) {
        Duration took = Duration.between(operation.createdAt(), operation.updatedAt());
        Timer.builder("novametal.operations")
                .description("operations that ended, from their begin")
                .tag("kind", operation.kind().toString())
                .tag(OUTCOME, lowerCase(operation.status()))
                .tag(
                        "cause",
                        operation
                                .failure()
                                .map(OperationFailure::cause)
                                .map(MicrometerMetrics::lowerCase)
                                .orElse("none"))
                .register(registry)
                .record(took.isNegative() ? Duration.ZERO : took);
    }

    @Override
    public void stepEnded(OperationRecord operation, String step, StepOutcome outcome, Duration took) {
        Timer.builder("novametal.steps")
                .description("steps that ended or were undone")
                .tag("kind", operation.kind().toString())
                .tag("step", step)
                .tag(OUTCOME, lowerCase(outcome))
                .register(registry)
                .record(took);
    }

    @Override
    public void commandEnded(NodeRecord node, PowerCommand command, Optional<String> failure) {
        Counter.builder("novametal.power.commands")
                .description("power commands that ended")
                .tag("command", command.ironicName())
                .tag(OUTCOME, failure.isPresent() ? "failed" : "done")
                .register(registry)
                .increment();
    }

    @Override
    public void answered() {
        answered.get().increment();
    }

    @Override
    public void failed(BmcException.Reason reason) {
        Counter counter = failures.get(reason);
        // The lookup comes first because it makes no garbage: a sweep of many silent BMCs reports each of them here.
        (counter != null ? counter : failures.computeIfAbsent(reason, why -> bmcAnswers(lowerCase(why)))).increment();
    }

    private Counter bmcAnswers(String outcome) {
        return Counter.builder("novametal.bmc.answers")
                .description("calls to BMCs that ended")
                .tag(OUTCOME, outcome)
                .register(registry);
    }

    @Override
    public void taskRan(Task task, TaskOutcome outcome, Duration took, Instant at) {
        Timer.builder("novametal.tasks.runs")
                .description("runs of the work that is repeated")
                .tag("task", task.text())
                .register(registry)
                .record(took);
        Counter failed = Counter.builder("novametal.tasks.failures")
                .description("failed runs of the work that is repeated")
                .tag("task", task.text())
                .register(registry);
        if (outcome == TaskOutcome.FAILED) {
            failed.increment();
        }
        lastRuns.computeIfAbsent(task, this::lastRun).set(at.getEpochSecond());
    }

    private AtomicLong lastRun(Task task) {
        AtomicLong seconds = new AtomicLong();
        Meter gauge = Gauge.builder("novametal.tasks.last.run", seconds::get)
                .description("when the last run of the work ended, seconds since 1970")
                .tag("task", task.text())
                .register(registry);
        synchronized (this) {
            published.add(gauge);
        }
        return seconds;
    }

    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** Removes the gauges, which would else keep the driver in memory; counters and timers stay. */
    @Override
    public synchronized void close() {
        published.forEach(registry::remove);
        published.clear();
    }
}
