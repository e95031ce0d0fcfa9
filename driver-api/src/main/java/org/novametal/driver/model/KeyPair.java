package org.novametal.driver.model;

import java.util.Objects;

/**
 * A public key that the guest is to accept.
 *
 * <p>Source: Nova {@code nova/objects/keypair.py}.
 *
 * @param name the user's name for the key
 * @param type the kind of key
 * @param publicKey the key or certificate, as text
 */
public record KeyPair(String name, Type type, String publicKey) {
    /** The kinds of key that Nova knows. */
    public enum Type {
        /** An OpenSSH public key. */
        SSH,
        /** An X.509 certificate, for Windows guests. */
        X509
    }

    /** Checks that no part is null. */
    public KeyPair {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
        Objects.requireNonNull(publicKey, "publicKey");
    }
}
