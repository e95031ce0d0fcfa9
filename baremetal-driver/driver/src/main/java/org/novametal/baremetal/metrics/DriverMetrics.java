package org.novametal.baremetal.metrics;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.power.PowerListener;
import org.novametal.baremetal.provision.ProvisionListener;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAnswers;
import org.novametal.driver.model.PowerState;
import org.novametal.queue.AdmissionQueue;

/**
 * Receives what the driver measures. One object serves one driver; any thread may call it, and no call blocks.
 */
public interface DriverMetrics extends ProvisionListener, PowerListener, BmcAnswers, AutoCloseable {
    /**
     * Values that are read when the monitoring system asks for them, by any thread. Reading one neither blocks for long nor
     * throws.
     *
     * @param nodes how many nodes are in each state, as last seen; a state without nodes may be missing
     * @param queues the queues whose lengths are published
     * @param gauges further values
     */
    record Values(
            Supplier<Map<ProvisionState, Integer>> nodes,
            List<AdmissionQueue> queues,
            Map<GaugeKind, Supplier<Number>> gauges) {
        /** Copies the collections. */
        public Values {
            queues = List.copyOf(queues);
            gauges = Map.copyOf(gauges);
        }
    }

    /** A value that rises and falls. */
    enum GaugeKind {
        /** Operations of this process that have not ended, also those that wait for another one on their node. */
        OPERATIONS_UNFINISHED("novametal.operations.unfinished", "operations that have not ended"),
        /** Notifications that wait for their slowest listener. */
        NOTIFICATIONS_WAITING("novametal.notifications.waiting", "notifications that wait for the slowest listener"),
        /** BMCs that are kept open, each with a session if its node's session policy is {@code keep}. */
        BMC_SESSIONS("novametal.bmc.sessions", "BMCs that are kept open"),
        /** Images in the cache. */
        IMAGE_CACHE_IMAGES("novametal.image.cache.images", "images in the cache"),
        /** The size of the images in the cache, bytes. */
        IMAGE_CACHE_BYTES("novametal.image.cache.bytes", "size of the images in the cache, bytes");

        private final String metric;
        private final String help;

        GaugeKind(String metric, String help) {
            this.metric = metric;
            this.help = help;
        }

        /** The metric's name. */
        public String metric() {
            return metric;
        }

        /** What the metric counts. */
        public String help() {
            return help;
        }
    }

    /** Work that the driver repeats. */
    enum Task {
        /** Reads the power of all nodes. */
        POWER_SWEEP("power-sweep"),
        /** Compares leases with the addresses of instances. */
        LEASE_CHECK("lease-check"),
        /** Deletes old records of operations. */
        OPERATION_PRUNING("operation-pruning");

        private final String text;

        Task(String text) {
            this.text = text;
        }

        /** The name in metrics. */
        public String text() {
            return text;
        }
    }

    /** How a run of a task ended. */
    enum TaskOutcome {
        /** The work was done. */
        DONE,
        /** The run failed; the next one runs as planned. */
        FAILED
    }

    /**
     * A run of a task has ended.
     *
     * @param at when it ended
     */
    void taskRan(Task task, TaskOutcome outcome, Duration took, Instant at);

    /** Begins to publish values; called once, at the driver's start. */
    void publish(Values values);

    @Override
    default void powerChanged(NodeRecord node, PowerState before, PowerState now) {}

    /** Ends the publishing of values. */
    @Override
    void close();
}
