package org.novametal.baremetal.inventory;

import java.util.UUID;

/**
 * One network port of a node.
 *
 * @param uuid the port's UUID
 * @param node the node's UUID
 * @param spec the port as described by an operator
 * @param position the port's place among the node's ports, counted from 0
 */
public record PortRecord(UUID uuid, UUID node, PortSpec spec, int position) {
    /** The port's MAC address, lower case with colons. */
    public String mac() {
        return spec.mac();
    }

    /** Whether the machine boots the deploy ramdisk from this port. */
    public boolean isPxeEnabled() {
        return spec.pxe() == PortSpec.Pxe.ENABLED;
    }
}
