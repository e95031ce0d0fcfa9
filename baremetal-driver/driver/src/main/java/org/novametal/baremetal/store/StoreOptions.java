package org.novametal.baremetal.store;

import java.time.Duration;

/**
 * The limits of the node store.
 *
 * @param timeout how long one call may wait for the store in all; positive
 * @param readers how many reads run at once, 1 or more; writes run one at a time
 */
public record StoreOptions(Duration timeout, int readers) {
    /** Thirty seconds, three readers. */
    public static final StoreOptions DEFAULTS = new StoreOptions(Duration.ofSeconds(30), 3);

    /** Checks that the timeout is positive and the number of readers is 1 or more. */
    public StoreOptions {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the store's timeout is " + timeout + "; it must be more than zero");
        }
        if (readers < 1) {
            throw new IllegalArgumentException("the store has " + readers + " readers; it needs 1 or more");
        }
    }

    /** These options with another timeout. */
    public StoreOptions withTimeout(Duration limit) {
        return new StoreOptions(limit, readers);
    }
}
