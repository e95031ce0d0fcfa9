package org.novametal.baremetal.inventory;

import java.util.Optional;
import org.novametal.bmc.BmcAddress;

/** The other spelling of a BMC address: with the protocol's own port where it has none, without where it has. */
final class BmcTwin {
    private BmcTwin() {}

    /** The twin; absent where the protocol's own port is not known, or the address has another. */
    static Optional<BmcAddress> of(BmcAddress address) {
        BmcAddress bare = address.withoutOwnPort();
        if (bare.port() != -1 || address.ownPort().isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                address.port() == -1
                        ? new BmcAddress(
                                address.scheme(),
                                address.host(),
                                address.ownPort().getAsInt(),
                                address.path())
                        : bare);
    }
}
