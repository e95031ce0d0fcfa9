package org.novametal.baremetal.inventory;

import java.util.Optional;
import java.util.OptionalInt;
import org.novametal.bmc.BmcAddress;

/** The other spelling of a BMC address: with the protocol's own port where it has none, without where it has. */
final class BmcTwin {
    private BmcTwin() {}

    /** The twin; absent where the protocol's own port is not known, or the address has another. */
    static Optional<BmcAddress> of(BmcAddress address) {
        if (address.port() != -1) {
            return Optional.of(address.withoutOwnPort()).filter(bare -> bare.port() == -1);
        }
        OptionalInt own = address.ownPort();
        return own.isEmpty()
                ? Optional.empty()
                : Optional.of(new BmcAddress(address.scheme(), address.host(), own.getAsInt(), address.path()));
    }
}
