package org.novametal.driver.model;

import java.util.Arrays;

/**
 * Secret bytes, such as a file of a config drive: they print as stars, and only {@link #reveal()} returns them.
 *
 * <p>Immutable; safe to share between threads.
 */
public final class SecretBytes {
    private final byte[] value;

    private SecretBytes(byte[] value) {
        this.value = value;
    }

    /** Copies and wraps bytes. An empty array is a secret too. */
    public static SecretBytes of(byte[] value) {
        return new SecretBytes(value.clone());
    }

    /** A copy of the bytes. Called only where the bytes are passed to a protocol, a disk or a cipher. */
    public byte[] reveal() {
        return value.clone();
    }

    /** The number of bytes. */
    public int length() {
        return value.length;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretBytes that && Arrays.equals(value, that.value);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "***";
    }
}
