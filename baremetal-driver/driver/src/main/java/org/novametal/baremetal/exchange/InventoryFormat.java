package org.novametal.baremetal.exchange;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The formats of inventories. */
public enum InventoryFormat {
    /** This project's document, as YAML. */
    YAML,
    /** This project's document, as JSON. */
    JSON,
    /** What Ironic's REST API and the OpenStack client print about nodes, ports and port groups, as JSON or YAML. */
    IRONIC,
    /** The tables {@code bm_nodes} and {@code bm_interfaces} of Nova's former bare-metal driver, with a header, as CSV. */
    GRIZZLY;

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
