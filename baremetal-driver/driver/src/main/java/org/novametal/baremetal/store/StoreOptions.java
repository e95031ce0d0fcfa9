package org.novametal.baremetal.store;

import java.time.Duration;

/**
 * The limits of the node store.
 *
 * @param timeout how long one call may wait for the store in all; positive
 * @param readers how many reads run at once, 1 or more; writes run one at a time
 * @param schema what happens to a store with an older schema than this program's
 */
public record StoreOptions(Duration timeout, int readers, Schema schema) {
    /** What happens to a store with an older schema than this program's. */
    public enum Schema {
        /** It is upgraded; programs that are too old for the new schema cannot use it afterwards. */
        UPGRADED,
        /** It is refused, and stays as it is. */
        REFUSED
    }

    /** Thirty seconds, three readers. */
    public static final StoreOptions DEFAULTS = new StoreOptions(Duration.ofSeconds(30), 3, Schema.UPGRADED);

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
        return new StoreOptions(limit, readers, schema);
    }

    /** These options with another treatment of older schemas. */
    public StoreOptions withSchema(Schema older) {
        return new StoreOptions(timeout, readers, older);
    }
}
