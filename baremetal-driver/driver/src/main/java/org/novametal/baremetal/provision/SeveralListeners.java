package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.model.InstanceId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes every call to several listeners; the exception of one does not keep the call from the others. */
record SeveralListeners(List<ProvisionListener> listeners) implements ProvisionListener {
    private static final Logger LOG = LoggerFactory.getLogger(SeveralListeners.class);

    SeveralListeners {
        listeners = List.copyOf(listeners);
    }

    @Override
    public void stateChanged(NodeRecord node, Optional<InstanceId> instance, ProvisionState oldState) {
        each(listener -> listener.stateChanged(node, instance, oldState));
    }

    @Override
    public void stateChanged(StateChange change) {
        each(listener -> listener.stateChanged(change));
    }

    @Override
    public void progressed(NodeRecord node, Optional<InstanceId> instance, String step, double fraction) {
        each(listener -> listener.progressed(node, instance, step, fraction));
    }

    @Override
    public void stepEnded(OperationRecord operation, String step, StepOutcome outcome, Duration took) {
        each(listener -> listener.stepEnded(operation, step, outcome, took));
    }

    @Override
    public void operationEnded(OperationRecord operation) {
        each(listener -> listener.operationEnded(operation));
    }

    private void each(Consumer<ProvisionListener> call) {
        for (ProvisionListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                LOG.warn("a listener failed; the others are called nevertheless", e);
            }
        }
    }
}
