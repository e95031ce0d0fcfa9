package org.novametal.baremetal.inventory;

import java.util.Objects;
import java.util.Optional;

/**
 * The switch port that a network port is connected to.
 *
 * @param switchId the switch's MAC address or OpenFlow datapath id
 * @param portId the port's name at the switch, such as {@code Ethernet1/1}
 * @param switchInfo the switch's name
 */
public record LocalLink(String switchId, String portId, Optional<String> switchInfo) {
    /** Checks that no part is null. */
    public LocalLink {
        Objects.requireNonNull(switchId, "switchId");
        Objects.requireNonNull(portId, "portId");
        Objects.requireNonNull(switchInfo, "switchInfo");
    }
}
