package org.novametal.bmc;

import java.util.Objects;

/**
 * Who made a BMC and what it runs.
 *
 * @param manufacturer its maker's name, or, where only a number is known, {@code "IANA 674"}
 * @param product the product's name or number
 * @param firmware the firmware's version, as the BMC writes it
 */
public record DeviceDescription(String manufacturer, String product, String firmware) {
    /** Checks that all parts are there. */
    public DeviceDescription {
        Objects.requireNonNull(manufacturer, "manufacturer");
        Objects.requireNonNull(product, "product");
        Objects.requireNonNull(firmware, "firmware");
    }
}
