package org.novametal.driver.host;

import java.time.Instant;
import java.util.Optional;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;

/** Something that a driver reports to its compute service. */
public sealed interface DriverEvent {
    /** When it happened, and its place among the events of its process. */
    EventStamp stamp();

    /** When it happened, by {@link DriverHost#clock()}. */
    default Instant at() {
        return stamp().at();
    }

    /** Something that happened to a node. */
    sealed interface NodeEvent extends DriverEvent {
        /** The node that it happened to. */
        NodeName node();
    }

    /**
     * Whether the driver can work: first of all events, after the start; last of all, at the end; and when its store stops
     * answering or answers again. A compute service that got {@code DRIVER_NOT_READY} waits for the next one.
     *
     * @param stamp when
     * @param host the compute host
     * @param state whether it can work
     * @param reason why, for people
     */
    record HostAvailability(EventStamp stamp, HostName host, State state, String reason) implements DriverEvent {
        /** Whether a host can work. */
        public enum State {
            /** It can. */
            UP,
            /** It cannot. */
            DOWN
        }
    }

    /**
     * A node went from one provision state to another.
     *
     * @param stamp when
     * @param node the node
     * @param instance the instance it holds, where it holds one
     * @param oldState the former state, Ironic's name such as {@code available}
     * @param newState the present one
     */
    record NodeStateChanged(
            EventStamp stamp, NodeName node, Optional<InstanceId> instance, String oldState, String newState)
            implements NodeEvent {}

    /**
     * A step of an operation went on.
     *
     * @param stamp when
     * @param node the node
     * @param instance the instance it holds, where it holds one
     * @param step the step's name
     * @param fraction how much of the whole operation is done, 0.0 to 1.0
     */
    record OperationProgress(
            EventStamp stamp, NodeName node, Optional<InstanceId> instance, String step, double fraction)
            implements NodeEvent {}

    /**
     * A node's power changed and no caller had asked for that. A host passes it on as Nova's external event {@code
     * power-update} with {@code POWER_ON} or {@code POWER_OFF}, which only records it, where the node holds an instance and
     * the new power is known. It comes before the {@link InstanceLifecycle} of the same change: Nova answers a lifecycle
     * event that contradicts its record by stopping the instance. Source: Nova {@code
     * nova/compute/manager.py#external_instance_event}.
     *
     * @param stamp when it was seen
     * @param node the node
     * @param instance the instance it holds, where it holds one
     * @param oldPower the power that was known; {@code NOSTATE} when none was
     * @param newPower the power that was seen; {@code NOSTATE} when it cannot be read any more
     */
    record PowerChanged(
            EventStamp stamp, NodeName node, Optional<InstanceId> instance, PowerState oldPower, PowerState newPower)
            implements NodeEvent {}

    /**
     * An instance was started or stopped. Source: Nova {@code nova/virt/event.py#LifecycleEvent}.
     *
     * @param stamp when
     * @param node the node
     * @param instance the instance
     * @param transition what happened
     */
    record InstanceLifecycle(EventStamp stamp, NodeName node, InstanceId instance, Transition transition)
            implements NodeEvent {
        /** What can happen to an instance. */
        public enum Transition {
            /** It was switched on. */
            STARTED,
            /** It was switched off. */
            STOPPED
        }
    }
}
