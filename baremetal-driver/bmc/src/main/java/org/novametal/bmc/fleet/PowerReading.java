package org.novametal.bmc.fleet;

import java.util.Objects;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.ChassisPower;

/** What came of asking one BMC for its machine's power. */
public sealed interface PowerReading {
    /**
     * The BMC answered.
     *
     * @param power what it said
     */
    record Known(ChassisPower power) implements PowerReading {
        /** Checks that it is there. */
        public Known {
            Objects.requireNonNull(power, "power");
        }
    }

    /**
     * It is not known whether the machine is on.
     *
     * @param cause why
     */
    record Unknown(BmcException cause) implements PowerReading {
        /** Checks that it is there. */
        public Unknown {
            Objects.requireNonNull(cause, "cause");
        }
    }
}
