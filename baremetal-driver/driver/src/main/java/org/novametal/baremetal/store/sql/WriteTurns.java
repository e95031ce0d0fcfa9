package org.novametal.baremetal.store.sql;

import com.google.common.util.concurrent.Uninterruptibles;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.sqlite.BusyHandler;

/**
 * Shares SQLite's write lock between processes. SQLite keeps no queue: a process that waits looks at the lock from time to time,
 * by default each 100 ms, and one that writes without a break takes the lock again before that. So a process that waits looks
 * often here, and one that wrote pauses for longer than that while others write too.
 *
 * <p>Used by the writing thread only.
 */
final class WriteTurns {
    private static final Duration LOOK_EVERY = Duration.ofMillis(2);
    private static final Duration PAUSE = Duration.ofMillis(5);

    /** For how long after a write by another process more of them are expected. */
    private static final Duration OTHERS_WRITE_FOR = Duration.ofSeconds(10);

    private final LongSupplier nanoClock;
    private long seen = -1;
    private long othersUntil;

    /** @param nanoClock monotonic nanoseconds */
    WriteTurns(LongSupplier nanoClock) {
        this.nanoClock = nanoClock;
        this.othersUntil = nanoClock.getAsLong();
    }

    /** Makes the statements of a connection look often at the lock that they wait for, within a limit. */
    static void lookOften(Connection connection, Duration limit) throws SQLException {
        BusyHandler.setHandler(connection, new BusyHandler() {
            private long begun;

            @Override
            protected int callback(int looks) {
                if (looks == 0) {
                    begun = System.nanoTime();
                }
                if (System.nanoTime() - begun >= limit.toNanos()) {
                    return 0;
                }
                Uninterruptibles.sleepUninterruptibly(LOOK_EVERY);
                return 1;
            }
        });
    }

    /**
     * How long to pause before the next write, so that others can take the lock.
     *
     * @param session the writing connection, without a transaction
     */
    Duration pauseAfterWrite(SqlSession session) throws SQLException {
        // Changes with the commits of other connections only. Source: SQLite, PRAGMA data_version.
        long now = session.first("PRAGMA data_version", row -> row.getLong(1)).orElseThrow();
        if (seen != -1 && now != seen) {
            othersUntil = nanoClock.getAsLong() + OTHERS_WRITE_FOR.toNanos();
        }
        seen = now;
        return othersUntil - nanoClock.getAsLong() > 0 ? PAUSE : Duration.ZERO;
    }
}
