package org.novametal.baremetal.store;

import org.jspecify.annotations.Nullable;
import org.novametal.driver.error.DriverException;

/**
 * The cause of a {@link DriverException} whose reason is in the stored data: a damaged row or file, or a value that this
 * program does not know. Another try does not help; a person has to repair the data.
 */
public final class StoreDamage extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Damage that was found by this exception, if any. */
    public StoreDamage(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether an exception was thrown because of damaged data. */
    public static boolean isCauseOf(DriverException failure) {
        return failure.getCause() instanceof StoreDamage;
    }
}
