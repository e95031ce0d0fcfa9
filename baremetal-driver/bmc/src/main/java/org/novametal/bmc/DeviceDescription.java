package org.novametal.bmc;

import java.util.Objects;

/**
 * A BMC's manufacturer, product and firmware version.
 *
 * @param manufacturer the manufacturer's name, or, where only a number is known, {@code "IANA 674"}
 * @param product the product's name or number
 * @param firmware the firmware's version, as the BMC reports it
 */
public record DeviceDescription(String manufacturer, String product, String firmware) {
    /** Checks that no part is null. */
    public DeviceDescription {
        Objects.requireNonNull(manufacturer, "manufacturer");
        Objects.requireNonNull(product, "product");
        Objects.requireNonNull(firmware, "firmware");
    }
}
