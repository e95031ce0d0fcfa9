package org.novametal.baremetal.power;

import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.provision.Listeners;
import org.novametal.driver.model.PowerState;

/**
 * Notified of power changes that no caller requested, after they are stored, and of power commands. Called without any lock
 * held; its exceptions are logged and have no other effect.
 */
@FunctionalInterface
public interface PowerListener {
    /**
     * The power of a node has changed.
     *
     * @param node the node's record before the change
     * @param before the power known before; {@code NOSTATE} if it was unknown
     * @param now the power that was read; {@code NOSTATE} when it cannot be read any more
     */
    void powerChanged(NodeRecord node, PowerState before, PowerState now);

    /** A power command to a node's machine begins, which is not part of an operation. */
    default void commandBegins(NodeRecord node, PowerCommand command) {}

    /**
     * A power command ended.
     *
     * @param node the node's record before the command
     * @param failure why the machine is not as commanded; empty if it is
     */
    default void commandEnded(NodeRecord node, PowerCommand command, Optional<String> failure) {}

    /** A listener that passes every call to all of these; the exception of one is logged, and the others are called. */
    static PowerListener all(List<? extends PowerListener> listeners) {
        return new SeveralPowerListeners(new Listeners<>(List.<PowerListener>copyOf(listeners)));
    }
}
