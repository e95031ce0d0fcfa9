package org.novametal.driver.model;

import java.util.Arrays;

/**
 * Bytes that must not be seen, such as a file of a config drive: they print as stars, and only {@link #reveal()} gives them
 * out.
 *
 * <p>Immutable; safe to share between threads.
 */
public final class SecretBytes {
    private final byte[] value;

    private SecretBytes(byte[] value) {
        this.value = value;
    }

    /** Copies and wraps bytes. No bytes are a secret too. */
    public static SecretBytes of(byte[] value) {
        return new SecretBytes(value.clone());
    }

    /** A copy of the bytes, for the one place that hands them to a protocol, a disk or a cipher. */
    public byte[] reveal() {
        return value.clone();
    }

    /** How many bytes there are. */
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
