package org.novametal.baremetal.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.WantedPower;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.StoreOptions.Schema;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.Secret;

class SchemaMigrationsTest {
    private static final UUID IDLE = UUID.fromString("00000000-0000-4000-8000-000000000001");
    private static final UUID BUSY = UUID.fromString("00000000-0000-4000-8000-000000000002");

    @TempDir
    Path folder;

    @Test
    void anInventoryOfTheFirstVersionLoadsAndItsMachinesAreWantedAsTheyWereSeen() throws Exception {
        SecretCipher cipher = SecretCipher.ofKeyFile(folder.resolve("secret.key"));
        try (SqlSession session =
                new SqlSession(DriverManager.getConnection("jdbc:sqlite:" + StoreFixture.database(folder)))) {
            SchemaMigrations.apply(session, SqliteDialect.MIGRATIONS.subList(0, 1), StoreFixture.NOW, Schema.UPGRADED);
            insert(session, cipher, IDLE, "idle", "10.0.0.1", ProvisionState.ACTIVE);
            insert(session, cipher, BUSY, "busy", "10.0.0.2", ProvisionState.DEPLOYING);
            session.update(
                    "INSERT INTO operations (id, node_uuid, kind, status, step, memory, step_since, created_at, updated_at)"
                            + " VALUES ('00000000-0000-4000-8000-000000000003', ?, 'clean', 'running', 0, '{}', ?, ?, ?)",
                    BUSY.toString(),
                    StoreFixture.NOW.toString(),
                    StoreFixture.NOW.toString(),
                    StoreFixture.NOW.toString());
        }

        StoreFixture.refused(
                        ErrorCode.DRIVER_NOT_READY,
                        () -> SqlStore.sqlite(
                                        StoreFixture.database(folder),
                                        cipher,
                                        InstantSource.system(),
                                        StoreOptions.DEFAULTS.withSchema(Schema.REFUSED))
                                .close())
                .withMessageContaining("has schema version 1, this program has "
                        + SqliteDialect.MIGRATIONS.getLast().version())
                .withMessageContaining("The compute host of this version upgrades it at its start");
        try (Store store = StoreFixture.open(folder)) {
            assertThat(store.nodes().find(IDLE)).get().satisfies(node -> {
                assertThat(node.settings()).isEqualTo(BmcSettings.NONE);
                assertThat(node.power().seen()).isEqualTo(PowerState.RUNNING);
                assertThat(node.power().wanted()).isEqualTo(WantedPower.of(PowerState.RUNNING));
            });
            assertThat(store.nodes().find(BUSY))
                    .map(NodeRecord::power)
                    .map(NodeRecord.Power::wanted)
                    .contains(WantedPower.NONE);
            assertThat(store.nodes().credentials(IDLE))
                    .isEqualTo(new BmcCredentials("admin", StoreFixture.PASSWORD, Optional.empty()));
            assertThat(store.nodes().enrol(StoreFixture.spec(3)).power().wanted())
                    .isEqualTo(WantedPower.NONE);
        }
    }

    private static void insert(
            SqlSession session, SecretCipher cipher, UUID uuid, String name, String host, ProvisionState state)
            throws Exception {
        session.update(
                """
                INSERT INTO nodes (uuid, name, bmc_address, bmc_username, bmc_password, vcpus, memory_mb, local_gb,
                    cpu_arch, traits, provision_state, power_state, created_at, updated_at)
                VALUES (?, ?, ?, 'admin', ?, 1, 1, 1, 'x86_64', '[]', ?, 'on', ?, ?)""",
                uuid.toString(),
                name,
                "ipmi://" + host,
                cipher.seal(uuid, "bmc_password", Secret.of(StoreFixture.PASSWORD)),
                state.persistedName(),
                StoreFixture.NOW.toString(),
                StoreFixture.NOW.toString());
    }
}
