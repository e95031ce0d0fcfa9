package org.novametal.baremetal.power;

import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.driver.model.PowerState;

/**
 * Notified of power changes that no caller requested, after they are stored. Called without any lock held; its exceptions are
 * logged and have no other effect.
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
}
