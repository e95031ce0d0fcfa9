package org.novametal.baremetal.exchange;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The formats of inventories. */
public enum InventoryFormat {
    /** This project's document, as YAML. */
    YAML,
    /** This project's document, as JSON. */
    JSON;

    /** The name as people write it, in lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The format of this name. */
    public static Optional<InventoryFormat> of(String text) {
        return Arrays.stream(values())
                .filter(format -> format.text().equals(text))
                .findFirst();
    }
}
