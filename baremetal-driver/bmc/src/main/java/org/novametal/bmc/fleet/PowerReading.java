package org.novametal.bmc.fleet;

import java.util.Objects;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.ChassisPower;

/** The result of reading a machine's power from its BMC. */
public sealed interface PowerReading {
    /**
     * The BMC answered.
     *
     * @param power the reported power
     */
    record Known(ChassisPower power) implements PowerReading {
        /** Checks that the part is not null. */
        public Known {
            Objects.requireNonNull(power, "power");
        }
    }

    /**
     * The reading failed, so it is unknown whether the machine is on.
     *
     * @param cause why the reading failed
     */
    record Unknown(BmcException cause) implements PowerReading {
        /** Checks that the part is not null. */
        public Unknown {
            Objects.requireNonNull(cause, "cause");
        }
    }
}
