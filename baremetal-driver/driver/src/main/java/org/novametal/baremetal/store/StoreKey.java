package org.novametal.baremetal.store;

import java.util.Optional;
import org.novametal.driver.error.DriverException;

/** The source of the key for a store's secrets. The store asks it once, after it has found out whether it has content. */
public interface StoreKey {
    /**
     * The cipher for a store without content.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when a key exists already: then the store has lost its content
     */
    SecretCipher forNewStore();

    /**
     * The cipher for a store with content.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when there is no key
     */
    SecretCipher forPresentStore();

    /**
     * The new key of a rotation that has not been completed, tried when the key itself does not match the store; empty if there
     * is none.
     *
     * @throws DriverException as for {@link #forPresentStore}
     */
    default Optional<SecretCipher> pending() {
        return Optional.empty();
    }

    /**
     * Makes the pending key the key. Does nothing if another process has done so.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when that is impossible
     */
    default void completeRotation() {}
}
