package org.novametal.baremetal.store.sql;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

/** The same on PostgreSQL, where a statement that fails spoils its transaction up to the last savepoint. */
@Tag("peers")
class PostgresGroupedWritesTest extends GroupedWritesTest {
    private static PostgresServer server;
    private static int databases;

    private final String database = "numbers_" + ++databases;
    private boolean made;

    @BeforeAll
    static void start() throws Exception {
        server = PostgresServer.start();
    }

    @AfterAll
    static void stop() throws Exception {
        server.stop();
    }

    @Override
    Dialect dialect() {
        if (!made) {
            server.execute("CREATE DATABASE " + database);
            made = true;
        }
        return new PostgresDialect(server.jdbcUrl(database), PostgresServer.USER, server.password());
    }

    @Override
    Duration shortLimit() {
        return Duration.ofSeconds(2);
    }
}
