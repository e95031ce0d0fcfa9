package org.novametal.baremetal.step;

import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.bmc.Bmc;

/** Finds a node's BMC. */
@FunctionalInterface
public interface BmcDirectory {
    /**
     * The node's BMC. It is shared: callers do not close it.
     *
     * @throws org.novametal.bmc.BmcException when the address cannot be used
     */
    Bmc bmc(NodeRecord node);
}
