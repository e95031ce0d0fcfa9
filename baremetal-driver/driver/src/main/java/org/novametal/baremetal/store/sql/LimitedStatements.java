package org.novametal.baremetal.store.sql;

import java.sql.SQLException;
import java.time.Duration;
import org.sqlite.ProgressHandler;
import org.sqlite.SQLiteErrorCode;

/** Limits the time of SQLite's statements, which have no limit themselves. Source: SQLite, {@code sqlite3_progress_handler}. */
final class LimitedStatements {
    /** Steps of SQLite's virtual machine: a few milliseconds. */
    private static final int STEPS_BETWEEN_LOOKS = 100_000;

    private LimitedStatements() {}

    /** The work of statements on a connection. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException;
    }

    /**
     * Runs statements on a connection of SQLite.
     *
     * @throws SQLException as the statements do, and one that {@link #isOverdue} when they take longer than the limit
     */
    static <T> T run(SqlSession session, Duration limit, Work<T> work) throws SQLException {
        long begun = System.nanoTime();
        ProgressHandler.setHandler(session.connection(), STEPS_BETWEEN_LOOKS, new ProgressHandler() {
            @Override
            protected int progress() {
                return System.nanoTime() - begun > limit.toNanos() ? 1 : 0;
            }
        });
        try {
            return work.run();
        } finally {
            ProgressHandler.clearHandler(session.connection());
        }
    }

    /** Whether statements ended because of their limit. */
    static boolean isOverdue(SQLException failure) {
        return failure.getErrorCode() == SQLiteErrorCode.SQLITE_INTERRUPT.code;
    }
}
