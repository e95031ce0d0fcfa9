package org.novametal.baremetal.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Secret;

class SecretCipherTest {
    private static final UUID NODE = UUID.randomUUID();
    private static final Secret SECRET = Secret.of("s\u00e9same");

    @TempDir
    Path folder;

    private Path keyFile() {
        return folder.resolve("secret.key");
    }

    @Test
    void whatIsSealedOpensWithTheSameKeyFile() {
        byte[] sealed = SecretCipher.ofKeyFile(keyFile()).seal(NODE, "column", SECRET);
        assertThat(SecretCipher.ofKeyFile(keyFile()).open(NODE, "column", sealed))
                .isEqualTo(SECRET);
        assertThat(sealed[0]).isEqualTo((byte) 1);
        assertThat(new String(sealed, StandardCharsets.ISO_8859_1)).doesNotContain("same");
    }

    @Test
    void sealingTwiceGivesOtherBytes() {
        SecretCipher cipher = SecretCipher.ofKeyFile(keyFile());
        assertThat(cipher.seal(NODE, "column", SECRET)).isNotEqualTo(cipher.seal(NODE, "column", SECRET));
    }

    @Test
    void aValueOpensOnlyInItsPlaceAndUndamaged() {
        SecretCipher cipher = SecretCipher.ofKeyFile(keyFile());
        byte[] sealed = cipher.seal(NODE, "column", SECRET);
        refused(() -> cipher.open(UUID.randomUUID(), "column", sealed));
        refused(() -> cipher.open(NODE, "other", sealed));
        refused(() -> cipher.open(NODE, "column", new byte[0]));
        for (int i = 0; i < sealed.length; i++) {
            byte[] damaged = sealed.clone();
            damaged[i] ^= 1;
            refused(() -> cipher.open(NODE, "column", damaged));
        }
        SecretCipher other = SecretCipher.ofKeyFile(folder.resolve("other.key"));
        refused(() -> other.open(NODE, "column", sealed));
    }

    private static void refused(Runnable call) {
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(call::run)
                .withMessageContaining("encrypted")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DRIVER_NOT_READY));
    }

    @Test
    void theKeyFileIsMadeForItsOwnerAloneAndNothingIsLeftBesideIt() throws Exception {
        SecretCipher.ofKeyFile(keyFile());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keyFile())))
                .isEqualTo("rw-------");
        assertThat(keyFile()).hasSize(32);
        try (var files = Files.list(folder)) {
            assertThat(files).containsExactly(keyFile());
        }
    }

    @Test
    void manyMakersAtOnceGetOneKey() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(16)) {
            List<Future<SecretCipher>> makers = new ArrayList<>();
            for (int i = 0; i < 64; i++) {
                makers.add(threads.submit(() -> SecretCipher.ofKeyFile(keyFile())));
            }
            byte[] sealed = makers.getFirst().get().seal(NODE, "column", SECRET);
            for (Future<SecretCipher> maker : makers) {
                assertThat(maker.get().open(NODE, "column", sealed)).isEqualTo(SECRET);
            }
        }
    }

    @Test
    void aKeyFileThatOthersMayReadIsRefused() throws Exception {
        SecretCipher.ofKeyFile(keyFile());
        Files.setPosixFilePermissions(keyFile(), PosixFilePermissions.fromString("rw-r-----"));
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> SecretCipher.ofKeyFile(keyFile()))
                .withMessageContaining("rw-r-----")
                .withMessageContaining("chmod 600")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
    }

    @Test
    void aKeyFileOfAnotherLengthIsRefused() throws Exception {
        Files.createFile(keyFile(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(keyFile(), new byte[31]);
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> SecretCipher.ofKeyFile(keyFile()))
                .withMessageContaining("31 bytes")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
    }

    @Test
    void aMissingFolderIsSaidInWords() {
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> SecretCipher.ofKeyFile(folder.resolve("none/secret.key")))
                .withMessageContaining("none/secret.key")
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.DRIVER_NOT_READY));
    }

    @Test
    void noSecretIsInTheDatabaseInClear() throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            NodeRecord node = store.nodes().enrol(StoreFixture.spec(1));
            store.agents()
                    .save(AgentRecord.delivered(
                            node.uuid(),
                            Secret.of("agent-token-0815"),
                            InetAddress.getLoopbackAddress(),
                            1,
                            Secret.of("image-secret-0816")));
            assertThat(files()).contains("node-01"); // the search would find a clear text
            noSecret();
        }
        assertThat(files()).contains("node-01");
        noSecret();
    }

    private void noSecret() throws Exception {
        assertThat(files()).doesNotContain("open-sesame-4711").doesNotContain("agent-token-0815", "image-secret-0816");
    }

    private String files() throws Exception {
        StringBuilder all = new StringBuilder();
        for (String suffix : List.of("", "-wal", "-shm")) {
            Path file = Path.of(StoreFixture.database(folder) + suffix);
            if (Files.exists(file)) {
                all.append(Files.readString(file, StandardCharsets.ISO_8859_1));
            }
        }
        return all.toString();
    }
}
