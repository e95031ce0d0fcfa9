package org.novametal.baremetal.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.BmcSettings;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreContract;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.bmc.BmcCredentials;

class SqliteStoreTest extends StoreContract {
    @TempDir
    Path folder;

    @Override
    protected Store open() {
        return StoreFixture.open(folder);
    }

    @Test
    void theFileIsForItsOwnerAlone() throws Exception {
        try (Store store = open()) {
            store.nodes().enrol(StoreFixture.spec(1));
            for (String suffix : List.of("", "-wal", "-shm")) {
                Path file = Path.of(StoreFixture.database(folder) + suffix);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void secretsAreNotInTheFile() throws Exception {
        try (Store store = open()) {
            store.nodes()
                    .enrol(StoreFixture.spec(1).toBuilder()
                            .credentials(
                                    new BmcCredentials("admin", StoreFixture.PASSWORD, Optional.of("K_g-of-the-BMC")))
                            .settings(BmcSettings.NONE.withPowerGroup("rack-7"))
                            .build());
        }
        for (String suffix : List.of("", "-wal")) {
            Path file = Path.of(StoreFixture.database(folder) + suffix);
            if (Files.exists(file)) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1))
                        .doesNotContain("K_g-of-the-BMC")
                        .doesNotContain("open-sesame");
            }
        }
    }
}
