package org.novametal.bmc;

import java.util.Objects;
import java.util.Optional;

/**
 * A BMC's user and password. {@link #toString} omits the secrets.
 *
 * @param username the user
 * @param password the password; never logged
 * @param key the BMC's own key, IPMI's K_g, if it has one: at most 20 bytes of text, or {@code 0x} and 40 hexadecimal
 *     digits; never logged
 */
public record BmcCredentials(String username, String password, Optional<String> key) {
    /** Checks that no part is null. */
    public BmcCredentials {
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
        Objects.requireNonNull(key, "key");
    }

    /** A user and password, without a K_g key. */
    public BmcCredentials(String username, String password) {
        this(username, password, Optional.empty());
    }

    @Override
    public String toString() {
        return "BmcCredentials[" + username + ", ***]";
    }
}
