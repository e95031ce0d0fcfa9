package org.novametal.driver.model;

import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One virtual interface that the instance is to have: an entry of Nova's {@code network_info}.
 *
 * @param vifId the id of the network port (Neutron's port id)
 * @param mac the hardware address wanted, lower case with colons; absent means "any port of the node"
 * @param network a label of the network
 * @param addresses the fixed addresses, in order
 */
public record NetworkInterface(String vifId, Optional<String> mac, String network, List<String> addresses) {
    /** Copies the addresses. */
    public NetworkInterface {
        Objects.requireNonNull(vifId, "vifId");
        Objects.requireNonNull(mac, "mac");
        Objects.requireNonNull(network, "network");
        addresses = List.copyOf(addresses);
    }
}
