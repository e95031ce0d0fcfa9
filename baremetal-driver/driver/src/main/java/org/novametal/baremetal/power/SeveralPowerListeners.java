package org.novametal.baremetal.power;

import java.util.Optional;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.provision.Listeners;
import org.novametal.driver.model.PowerState;

/** Passes every call to several listeners. */
record SeveralPowerListeners(Listeners<PowerListener> to) implements PowerListener {
    @Override
    public void powerChanged(NodeRecord node, PowerState before, PowerState now) {
        to.each(listener -> listener.powerChanged(node, before, now));
    }

    @Override
    public void commandBegins(NodeRecord node, PowerCommand command) {
        to.each(listener -> listener.commandBegins(node, command));
    }

    @Override
    public void commandEnded(NodeRecord node, PowerCommand command, Optional<String> failure) {
        to.each(listener -> listener.commandEnded(node, command, failure));
    }
}
