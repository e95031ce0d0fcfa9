package org.novametal.baremetal.store;

import java.time.Duration;

/**
 * The limits of the node store, and whose it is.
 *
 * @param timeout how long one call may wait for the store in all; positive
 * @param readers how many reads run at once, 1 or more; writes run one at a time
 * @param who who makes the changes, for the histories of nodes
 * @param keepHistory how many entries the history of a node has at most, 1 or more
 * @param schema what happens to a store with an older schema than this program's
 */
public record StoreOptions(Duration timeout, int readers, String who, int keepHistory, Schema schema) {
    /** What happens to a store with an older schema than this program's. */
    public enum Schema {
        /** It is upgraded; programs that are too old for the new schema cannot use it afterwards. */
        UPGRADED,
        /** It is refused, and stays as it is. */
        REFUSED
    }

    /** Thirty seconds, three readers, the user of this process, 200 entries; an older schema is upgraded. */
    public static final StoreOptions DEFAULTS =
            new StoreOptions(Duration.ofSeconds(30), 3, thisUser(), 200, Schema.UPGRADED);

    /** Checks that the timeout is positive and the numbers are 1 or more. */
    public StoreOptions {
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException("the store's timeout is " + timeout + "; it must be more than zero");
        }
        if (readers < 1) {
            throw new IllegalArgumentException("the store has " + readers + " readers; it needs 1 or more");
        }
        if (keepHistory < 1) {
            throw new IllegalArgumentException("a node's history has " + keepHistory + " entries; it needs 1 or more");
        }
    }

    /** These options with another timeout. */
    public StoreOptions withTimeout(Duration limit) {
        return new StoreOptions(limit, readers, who, keepHistory, schema);
    }

    /** These options for another user. */
    public StoreOptions withUser(String name) {
        return new StoreOptions(timeout, readers, name, keepHistory, schema);
    }

    /** These options with another length of histories. */
    public StoreOptions withHistory(int entries) {
        return new StoreOptions(timeout, readers, who, entries, schema);
    }

    /** These options with another treatment of older schemas. */
    public StoreOptions withSchema(Schema older) {
        return new StoreOptions(timeout, readers, who, keepHistory, older);
    }

    /** The user and the machine of this process, as {@code user@machine}. */
    public static String thisUser() {
        return System.getProperty("user.name", "unknown") + "@" + MachineName.get();
    }
}
