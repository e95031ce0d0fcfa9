package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.model.InstanceId;

/**
 * Notified of changes to nodes, after they are stored. Called by the threads that run operations, without any lock held; its
 * exceptions are logged and have no other effect.
 */
public interface ProvisionListener {
    /** A listener that does nothing. */
    ProvisionListener NONE = new ProvisionListener() {};

    /** The provision state of a node has changed. */
    default void stateChanged(StateChange change) {}

    /**
     * A step of an operation made progress.
     *
     * @param fraction how much of the operation is done, 0.0 to 1.0
     */
    default void progressed(NodeRecord node, Optional<InstanceId> instance, String step, double fraction) {}

    /**
     * A step ended, or was undone.
     *
     * @param took how long it took, also before a restart of this process; zero or more
     */
    default void stepEnded(OperationRecord operation, String step, StepOutcome outcome, Duration took) {}

    /** An operation sends a power command to the machine of a node. */
    default void powerBegins(NodeRecord node, PowerAction action) {}

    /**
     * A power command of an operation ended. Not called if this process ends before that.
     *
     * @param failure why the machine is not as commanded; empty if it is
     */
    default void powerEnded(NodeRecord node, PowerAction action, Optional<String> failure) {}

    /** An operation ended; its status says how. */
    default void operationEnded(OperationRecord operation) {}

    /**
     * A change of a node's provision state.
     *
     * @param node the node after the change
     * @param before its state before the change
     * @param events the events that led from there to the node's state, in order
     * @param operation the operation that changed it, as stored with the change
     */
    record StateChange(NodeRecord node, ProvisionState before, List<ProvisionEvent> events, OperationRecord operation) {
        /** Copies the events. */
        public StateChange {
            Objects.requireNonNull(node, "node");
            events = List.copyOf(events);
        }
    }

    /** How a step ended. */
    enum StepOutcome {
        /** It is done. */
        DONE,
        /** It failed. */
        FAILED,
        /** It is undone. */
        UNDONE,
        /** It could not be undone. */
        NOT_UNDONE
    }

    /** A listener that passes every call to all of these; the exception of one is logged, and the others are called. */
    static ProvisionListener all(List<? extends ProvisionListener> listeners) {
        return new SeveralListeners(new Listeners<>(List.<ProvisionListener>copyOf(listeners)));
    }
}
