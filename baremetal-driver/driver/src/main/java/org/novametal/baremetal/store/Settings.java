package org.novametal.baremetal.store;

import java.util.Optional;

/** The interface to stored values that the driver chose once and must use again after a restart, such as its HTTP port. */
public interface Settings {
    /** The value with this name; empty if none is stored. */
    Optional<String> find(String name);

    /** Stores a value, and replaces an earlier value with the same name. */
    void save(String name, String value);
}
