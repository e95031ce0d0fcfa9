package org.novametal.baremetal.store.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.baremetal.store.StoreFixture.refused;

import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreContract;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Secret;

@Tag("peers")
class PostgresStoreTest extends StoreContract {
    private static PostgresServer server;
    private static int databases;

    @TempDir
    Path folder;

    private final String database = "inventory_" + ++databases;
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
    protected Store open() {
        if (!made) {
            server.execute("CREATE DATABASE " + database);
            made = true;
        }
        return open(server.password());
    }

    private Store open(Secret password) {
        return SqlStore.postgresql(
                server.jdbcUrl(database),
                PostgresServer.USER,
                password,
                SecretCipher.ofKeyFile(folder.resolve("secret.key")),
                InstantSource.fixed(StoreFixture.NOW),
                StoreOptions.DEFAULTS);
    }

    @Test
    void aWrongPasswordIsRefusedAndNotRepeated() {
        refused(ErrorCode.DRIVER_NOT_READY, () -> open(Secret.of("open-sesame")).close())
                .withMessageContaining("password authentication failed")
                .satisfies(e -> assertThat(e)
                        .hasStackTraceContaining(database)
                        .satisfies(whole -> assertThat(whole.toString()).doesNotContain("open-sesame")));
    }

    @Test
    void aHostThatLosesItsConnectionToAnotherHostWritesNothingMore() {
        try (Store first = open();
                Store second = open()) {
            first.holdAlone();
            server.execute("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + database
                    + "'" + " AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')");
            second.holdAlone();

            refused(ErrorCode.DRIVER_NOT_READY, () -> first.settings().save("a", "b"));
            refused(ErrorCode.DRIVER_NOT_READY, () -> first.settings().save("a", "b"))
                    .withMessageContaining("another compute host");
            assertThat(second.settings().find("a")).isEmpty();
        }
    }
}
