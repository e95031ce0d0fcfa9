package org.novametal.bmc;

import java.util.Objects;
import org.novametal.text.ForeignText;

/**
 * A BMC's manufacturer, product and firmware version, each one line of at most {@value ForeignText#MAX_LENGTH} characters
 * without control characters.
 *
 * @param manufacturer the manufacturer's name, or, where only a number is known, {@code "IANA 674"}
 * @param product the product's name or number
 * @param firmware the firmware's version, as the BMC reports it
 */
public record DeviceDescription(String manufacturer, String product, String firmware) {
    /** Checks that no part is null, and makes the parts safe to show. */
    public DeviceDescription {
        manufacturer = ForeignText.line(Objects.requireNonNull(manufacturer, "manufacturer"));
        product = ForeignText.line(Objects.requireNonNull(product, "product"));
        firmware = ForeignText.line(Objects.requireNonNull(firmware, "firmware"));
    }
}
