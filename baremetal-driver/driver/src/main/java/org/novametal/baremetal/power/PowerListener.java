package org.novametal.baremetal.power;

import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.driver.model.PowerState;

/**
 * Hears of power changes that no caller asked for, after they are in the store. Called without any lock held; what it throws
 * is logged and changes nothing.
 */
@FunctionalInterface
public interface PowerListener {
    /**
     * A node's power is another.
     *
     * @param node the node as it stood in the store before
     * @param before the power that was known; {@code NOSTATE} when none was
     * @param now the power that was seen; {@code NOSTATE} when it cannot be read any more
     */
    void powerChanged(NodeRecord node, PowerState before, PowerState now);
}
