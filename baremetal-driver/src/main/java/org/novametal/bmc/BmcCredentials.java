package org.novametal.bmc;

import java.util.Objects;

/**
 * A BMC's user and password. It prints without the password.
 *
 * @param username the user
 * @param password the password; never logged
 */
public record BmcCredentials(String username, String password) {
    /** Checks that both are there. */
    public BmcCredentials {
        Objects.requireNonNull(username, "username");
        Objects.requireNonNull(password, "password");
    }

    @Override
    public String toString() {
        return "BmcCredentials[" + username + ", ***]";
    }
}
