package org.novametal.baremetal.store;

import java.util.Optional;

/** The port to values that the driver chose once and must choose again, such as its HTTP port. */
public interface Settings {
    /** The value of that name. */
    Optional<String> find(String name);

    /** Keeps a value in place of the one before. */
    void save(String name, String value);
}
