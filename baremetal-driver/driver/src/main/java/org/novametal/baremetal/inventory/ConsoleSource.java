package org.novametal.baremetal.inventory;

import java.nio.file.Path;

/** Source of a node's console output. */
public sealed interface ConsoleSource {
    /** The configured text for {@link SerialOverLan}. */
    String SERIAL_OVER_LAN = "sol";

    /**
     * A file that another program writes.
     *
     * @param path absolute path of the file
     */
    record File(Path path) implements ConsoleSource {
        /** Checks that the path is absolute. */
        public File {
            if (!path.isAbsolute()) {
                throw new IllegalArgumentException("'" + path + "' is not an absolute path");
            }
        }
    }

    /** The node's BMC, whose serial console the driver keeps connected and logs. */
    record SerialOverLan() implements ConsoleSource {}

    /** The source as operators write it. */
    default String text() {
        return switch (this) {
            case File(Path path) -> path.toString();
            case SerialOverLan() -> SERIAL_OVER_LAN;
        };
    }

    /**
     * Parses a source as operators write it.
     *
     * @throws IllegalArgumentException when the text is neither {@code sol} nor an absolute path
     */
    static ConsoleSource parse(String text) {
        if (text.equals(SERIAL_OVER_LAN)) {
            return new SerialOverLan();
        }
        if (!text.startsWith("/")) {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither an absolute path nor " + SERIAL_OVER_LAN + " (serial over LAN)");
        }
        return new File(Path.of(text));
    }
}
