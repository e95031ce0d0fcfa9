package org.novametal.driver.model;

import java.util.Objects;

/**
 * A secret text: it prints as stars, and only {@link #reveal()} returns it.
 *
 * <p>Immutable; safe to share between threads.
 */
public final class Secret {
    private final String value;

    private Secret(String value) {
        this.value = value;
    }

    /** Wraps a text. An empty text is a secret too. */
    public static Secret of(String value) {
        return new Secret(Objects.requireNonNull(value, "value"));
    }

    /** The text itself. Called only where the text is passed to a protocol or a cipher. */
    public String reveal() {
        return value;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Secret that && value.equals(that.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
