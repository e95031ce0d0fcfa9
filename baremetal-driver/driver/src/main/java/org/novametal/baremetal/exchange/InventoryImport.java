package org.novametal.baremetal.exchange;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.store.SecretCipher;

/** Reads inventories. */
public final class InventoryImport {
    private InventoryImport() {}

    /**
     * Reads one inventory from one or more texts: for Ironic any number of lists and single resources, for the tables of Nova's
     * former driver both tables, each found by its columns, not by its order.
     *
     * @param key decrypts sealed secrets of this project's documents; without it they count as missing
     * @return the nodes and all that was found; a text that cannot be read is a {@linkplain Finding.Kind#FAULT fault} in it
     * @throws IOException when a reader fails
     */
    public static ImportDraft read(InventoryFormat format, List<ImportSource> sources, Optional<SecretCipher> key)
            throws IOException {
        return switch (format) {
            case YAML -> new DocumentReader(ExchangeJson.YAML, key).read(sources);
            case JSON -> new DocumentReader(ExchangeJson.JSON, key).read(sources);
            case IRONIC -> new IronicReader().read(sources);
            case GRIZZLY -> new GrizzlyReader().read(sources);
        };
    }
}
