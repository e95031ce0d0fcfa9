package org.novametal.driver.host;

import java.time.Instant;
import java.util.Optional;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;

/** An event that a driver reports to its compute service. */
public sealed interface DriverEvent {
    /** The time of the event, and its number among the events of its process. */
    EventStamp stamp();

    /** When the event happened, by {@link DriverHost#clock()}. */
    default Instant at() {
        return stamp().at();
    }

    /** An event about a node. */
    sealed interface NodeEvent extends DriverEvent {
        /** The node that the event is about. */
        NodeName node();
    }

    /**
     * Whether the driver can work. Sent as the first event after the start, as the last event at the end, and when the
     * store stops answering or answers again. A compute service that got {@code DRIVER_NOT_READY} waits for the next
     * such event.
     *
     * @param stamp the time and number of the event
     * @param host the compute host
     * @param state whether the host can work
     * @param reason the reason, for people
     */
    record HostAvailability(EventStamp stamp, HostName host, State state, String reason) implements DriverEvent {
        /** Whether a host can work. */
        public enum State {
            /** The host can work. */
            UP,
            /** The host cannot work. */
            DOWN
        }
    }

    /**
     * A node went from one provision state to another.
     *
     * @param stamp the time and number of the event
     * @param node the node
     * @param instance the instance on the node, if there is one
     * @param oldState the former state, Ironic's name such as {@code available}
     * @param newState the present state
     */
    record NodeStateChanged(
            EventStamp stamp, NodeName node, Optional<InstanceId> instance, String oldState, String newState)
            implements NodeEvent {}

    /**
     * A step of an operation made progress.
     *
     * @param stamp the time and number of the event
     * @param node the node
     * @param instance the instance on the node, if there is one
     * @param step the step's name
     * @param fraction the part of the whole operation that is done, 0.0 to 1.0
     */
    record OperationProgress(
            EventStamp stamp, NodeName node, Optional<InstanceId> instance, String step, double fraction)
            implements NodeEvent {}

    /**
     * A node's power state changed without a request to the driver. When the node has an instance and the new state is
     * known, a host passes the change on as Nova's external event {@code power-update} with {@code POWER_ON} or {@code
     * POWER_OFF}, which only records the state. This event comes before the {@link InstanceLifecycle} of the same
     * change: Nova answers a lifecycle event that contradicts its record by stopping the instance. Source: Nova {@code
     * nova/compute/manager.py#external_instance_event}.
     *
     * @param stamp the time and number of the event
     * @param node the node
     * @param instance the instance on the node, if there is one
     * @param oldPower the last known power state; {@code NOSTATE} when none was known
     * @param newPower the power state that was read; {@code NOSTATE} when it can no longer be read
     */
    record PowerChanged(
            EventStamp stamp, NodeName node, Optional<InstanceId> instance, PowerState oldPower, PowerState newPower)
            implements NodeEvent {}

    /**
     * An instance was started or stopped. Source: Nova {@code nova/virt/event.py#LifecycleEvent}.
     *
     * @param stamp the time and number of the event
     * @param node the node
     * @param instance the instance
     * @param transition the kind of change
     */
    record InstanceLifecycle(EventStamp stamp, NodeName node, InstanceId instance, Transition transition)
            implements NodeEvent {
        /** The kinds of change. */
        public enum Transition {
            /** The instance was switched on. */
            STARTED,
            /** The instance was switched off. */
            STOPPED
        }
    }

    /**
     * The network of a node has a fault, or none any more: a machine got another address than its instance must have.
     * The state of node and instance does not change.
     *
     * @param stamp the time and number of the event
     * @param node the node
     * @param instance the instance on the node, if there is one
     * @param fault the present fault, for people; empty when the former one has ended
     */
    record NetworkFault(EventStamp stamp, NodeName node, Optional<InstanceId> instance, Optional<String> fault)
            implements NodeEvent {}
}
