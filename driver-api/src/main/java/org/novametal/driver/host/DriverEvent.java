package org.novametal.driver.host;

import java.time.Instant;
import java.util.Optional;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;

/** Something that a driver tells its compute service. */
public sealed interface DriverEvent {
    /** When it happened, by {@link DriverHost#clock()}. */
    Instant at();

    /** The node that it happened to. */
    NodeName node();

    /**
     * A node went from one provision state to another.
     *
     * @param at when
     * @param node the node
     * @param instance the instance it holds, where it holds one
     * @param oldState the former state, Ironic's name such as {@code available}
     * @param newState the present one
     */
    record NodeStateChanged(Instant at, NodeName node, Optional<InstanceId> instance, String oldState, String newState)
            implements DriverEvent {}

    /**
     * A step of an operation went on.
     *
     * @param at when
     * @param node the node
     * @param instance the instance it holds, where it holds one
     * @param step the step's name
     * @param fraction how much of the whole operation is done, 0.0 to 1.0
     */
    record OperationProgress(Instant at, NodeName node, Optional<InstanceId> instance, String step, double fraction)
            implements DriverEvent {}

    /**
     * A node's power changed and no caller had asked for that. A host passes it on as Nova's external event {@code
     * power-update} with {@code POWER_ON} or {@code POWER_OFF}, which only records it, where the node holds an instance and
     * the new power is known. It comes before the {@link InstanceLifecycle} of the same change: Nova answers a lifecycle
     * event that contradicts its record by stopping the instance. Source: Nova {@code
     * nova/compute/manager.py#external_instance_event}.
     *
     * @param at when it was seen
     * @param node the node
     * @param instance the instance it holds, where it holds one
     * @param oldPower the power that was known; {@code NOSTATE} when none was
     * @param newPower the power that was seen; {@code NOSTATE} when it cannot be read any more
     */
    record PowerChanged(
            Instant at, NodeName node, Optional<InstanceId> instance, PowerState oldPower, PowerState newPower)
            implements DriverEvent {}

    /**
     * An instance was started or stopped. Source: Nova {@code nova/virt/event.py#LifecycleEvent}.
     *
     * @param at when
     * @param node the node
     * @param instance the instance
     * @param transition what happened
     */
    record InstanceLifecycle(Instant at, NodeName node, InstanceId instance, Transition transition)
            implements DriverEvent {
        /** What can happen to an instance. */
        public enum Transition {
            /** It was switched on. */
            STARTED,
            /** It was switched off. */
            STOPPED
        }
    }
}
