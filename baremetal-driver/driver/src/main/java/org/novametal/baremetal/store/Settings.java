package org.novametal.baremetal.store;

import java.util.Optional;

/** The port to values that the driver chose once and must use again after a restart, such as its HTTP port. */
public interface Settings {
    /** The value of that name. */
    Optional<String> find(String name);

    /** Stores a value, in place of an earlier one. */
    void save(String name, String value);
}
