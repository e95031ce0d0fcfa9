package org.novametal.baremetal.power;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.driver.model.PowerState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Passes every call to several listeners; the exception of one does not keep the call from the others. */
record SeveralPowerListeners(List<PowerListener> listeners) implements PowerListener {
    private static final Logger LOG = LoggerFactory.getLogger(SeveralPowerListeners.class);

    SeveralPowerListeners {
        listeners = List.copyOf(listeners);
    }

    @Override
    public void powerChanged(NodeRecord node, PowerState before, PowerState now) {
        each(listener -> listener.powerChanged(node, before, now));
    }

    @Override
    public void commandBegins(NodeRecord node, PowerCommand command) {
        each(listener -> listener.commandBegins(node, command));
    }

    @Override
    public void commandEnded(NodeRecord node, PowerCommand command, Optional<String> failure) {
        each(listener -> listener.commandEnded(node, command, failure));
    }

    @Override
    public void powerRead(NodeRecord node, PowerReading reading) {
        each(listener -> listener.powerRead(node, reading));
    }

    private void each(Consumer<PowerListener> call) {
        for (PowerListener listener : listeners) {
            try {
                call.accept(listener);
            } catch (RuntimeException e) {
                LOG.warn("a listener failed; the others are called nevertheless", e);
            }
        }
    }
}
