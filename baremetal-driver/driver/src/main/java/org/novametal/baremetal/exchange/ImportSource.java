package org.novametal.baremetal.exchange;

import java.io.Reader;
import java.util.Objects;

/**
 * A text to import.
 *
 * @param name where it comes from, such as the name of a file, for messages
 * @param text the text; the caller closes it
 */
public record ImportSource(String name, Reader text) {
    /** Checks that no part is null. */
    public ImportSource {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(text, "text");
    }
}
