package org.novametal.baremetal.provision;

import java.time.Duration;
import java.util.Optional;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.bmc.PowerAction;
import org.novametal.driver.model.InstanceId;

/** Passes every call to several listeners. */
record SeveralListeners(Listeners<ProvisionListener> to) implements ProvisionListener {
    @Override
    public void stateChanged(StateChange change) {
        to.each(listener -> listener.stateChanged(change));
    }

    @Override
    public void progressed(NodeRecord node, Optional<InstanceId> instance, String step, double fraction) {
        to.each(listener -> listener.progressed(node, instance, step, fraction));
    }

    @Override
    public void stepEnded(OperationRecord operation, String step, StepOutcome outcome, Duration took) {
        to.each(listener -> listener.stepEnded(operation, step, outcome, took));
    }

    @Override
    public void powerBegins(NodeRecord node, PowerAction action) {
        to.each(listener -> listener.powerBegins(node, action));
    }

    @Override
    public void powerEnded(NodeRecord node, PowerAction action, Optional<String> failure) {
        to.each(listener -> listener.powerEnded(node, action, failure));
    }

    @Override
    public void operationEnded(OperationRecord operation) {
        to.each(listener -> listener.operationEnded(operation));
    }
}
