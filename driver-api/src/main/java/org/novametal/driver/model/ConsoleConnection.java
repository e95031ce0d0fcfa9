package org.novametal.driver.model;

import java.util.Objects;
import java.util.Optional;

/**
 * The address of an interactive console.
 *
 * @param type the kind of console
 * @param host the host to connect to
 * @param port the TCP port
 * @param internalAccessPath a path or token that the console's server requires, where it requires one
 */
public record ConsoleConnection(ConsoleType type, String host, int port, Optional<String> internalAccessPath) {
    /** Checks that no part is null. */
    public ConsoleConnection {
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(internalAccessPath, "internalAccessPath");
    }
}
