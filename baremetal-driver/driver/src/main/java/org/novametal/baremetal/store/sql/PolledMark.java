package org.novametal.baremetal.store.sql;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * The change counter of a database that is too slow to be read at every call: the counter is read again only after an interval,
 * or after a write by this process. Guarded by this object.
 */
final class PolledMark {
    private final long intervalNanos;
    private final LongSupplier nanoClock;
    private long known;
    private boolean fresh;
    private long asked;
    private long writes;

    PolledMark(Duration interval, LongSupplier nanoClock) {
        this.intervalNanos = interval.toNanos();
        this.nanoClock = nanoClock;
    }

    synchronized long get(SqlAccess database) {
        long now = nanoClock.getAsLong();
        long written = database.writes();
        if (!fresh || written != writes || now - asked >= intervalNanos) {
            fresh = false; // stays false if the database does not answer
            known = database.read("read for changes", NodeRows::newest);
            fresh = true;
            asked = now;
            writes = written;
        }
        return known;
    }
}
