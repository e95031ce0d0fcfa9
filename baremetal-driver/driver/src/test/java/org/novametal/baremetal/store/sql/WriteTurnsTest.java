package org.novametal.baremetal.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.store.StoreOptions;

class WriteTurnsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private SqliteDialect dialect() {
        return SqliteDialect.of(folder.resolve("numbers.db"));
    }

    private SqlAccess open() {
        return new SqlAccess(dialect(), StoreOptions.DEFAULTS.withTimeout(LIMIT));
    }

    private static SqlSession withTable(SqlSession session) throws SQLException {
        session.execute("CREATE TABLE numbers (number INTEGER PRIMARY KEY)");
        return session;
    }

    @Test
    void aProcessThatWritesAlonePausesNever() throws Exception {
        AtomicLong nanos = new AtomicLong();
        WriteTurns turns = new WriteTurns(nanos::get);
        try (SqlSession session = withTable(dialect().connect(LIMIT))) {
            for (int number = 0; number < 5; number++) {
                session.update("INSERT INTO numbers VALUES (?)", number);
                nanos.addAndGet(1);
                assertThat(turns.pauseAfterWrite(session)).isZero();
            }
        }
    }

    @Test
    void aProcessPausesAfterItsWritesWhileOthersWriteToo() throws Exception {
        AtomicLong nanos = new AtomicLong();
        WriteTurns turns = new WriteTurns(nanos::get);
        try (SqlSession session = withTable(dialect().connect(LIMIT));
                SqlSession other = dialect().connect(LIMIT)) {
            assertThat(turns.pauseAfterWrite(session)).isZero();

            other.update("INSERT INTO numbers VALUES (1)");

            assertThat(turns.pauseAfterWrite(session)).isPositive();
            nanos.addAndGet(Duration.ofSeconds(9).toNanos());
            assertThat(turns.pauseAfterWrite(session)).isPositive();
            nanos.addAndGet(Duration.ofSeconds(1).toNanos());
            assertThat(turns.pauseAfterWrite(session)).isZero();
        }
    }

    @Test
    void noProcessIsOvertakenAgainAndAgainByOneThatWritesWithoutABreak() throws Exception {
        AtomicBoolean end = new AtomicBoolean();
        List<Thread> threads = new ArrayList<>();
        long mostOvertaking = 0;
        try (SqlAccess busy = open();
                SqlAccess beside = open()) {
            busy.write("opened", session -> withTable(session).update("INSERT INTO numbers VALUES (0)"));
            for (int i = 0; i < 16; i++) {
                threads.add(Thread.startVirtualThread(() -> {
                    while (!end.get()) {
                        busy.write("changed", session -> session.update("UPDATE numbers SET number = number"));
                    }
                }));
            }
            for (int i = 0; i < 150; i++) {
                long before = busy.writes();
                beside.write("changed", session -> session.update("UPDATE numbers SET number = number"));
                mostOvertaking = Math.max(mostOvertaking, busy.writes() - before);
            }
            end.set(true);
            for (Thread thread : threads) {
                thread.join();
            }
        } finally {
            end.set(true);
        }
        assertThat(mostOvertaking)
                .as("transactions of the busy process during one write of the other")
                .isLessThan(40);
    }
}
