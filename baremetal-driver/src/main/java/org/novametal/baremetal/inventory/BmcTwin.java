package org.novametal.baremetal.inventory;

import java.util.Map;
import java.util.Optional;
import org.novametal.bmc.BmcAddress;

/** The other spelling of a BMC address: with the protocol's own port where it has none, without where it has. */
final class BmcTwin {
    /** IPMI 2.0 §13.1.2; RFC 9110 §4.2. */
    private static final Map<String, Integer> OWN_PORTS =
            Map.of("ipmi", 623, "ipmitool", 623, "redfish", 443, "redfish+https", 443, "redfish+http", 80);

    private BmcTwin() {}

    /** The twin; absent where the protocol's own port is not known here, or the address has another. */
    static Optional<BmcAddress> of(BmcAddress address) {
        return Optional.ofNullable(OWN_PORTS.get(address.scheme())).flatMap(own -> {
            if (address.port() == -1) {
                return Optional.of(new BmcAddress(address.scheme(), address.host(), own, address.path()));
            }
            return address.port() == own
                    ? Optional.of(new BmcAddress(address.scheme(), address.host(), -1, address.path()))
                    : Optional.empty();
        });
    }
}
