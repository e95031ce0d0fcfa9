package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.config.Database;
import org.novametal.baremetal.config.KeySource;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.baremetal.store.StoreOptions.Schema;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Secret;

class InventoryKeyTest {
    private static final String HEX = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final UUID NODE = new UUID(1, 2);

    @TempDir
    Path folder;

    private InventoryKey key(KeySource source, Duration limit) {
        return InventoryKey.of(source, folder, "the inventory", limit);
    }

    private SecretCipher ofCommand(String command) {
        return key(new KeySource.OfCommand(command), LIMIT).cipher();
    }

    @Test
    void aKeyAsTextIsTheSameFromEachSource() throws Exception {
        byte[] sealed = SecretCipher.ofText("a test", HEX).seal(NODE, "column", Secret.of("s"));
        String base64 = Base64.getEncoder().encodeToString(HexFormat.of().parseHex(HEX));
        Path file = Files.writeString(folder.resolve("key"), HEX + "\n");
        Files.setPosixFilePermissions(file, java.nio.file.attribute.PosixFilePermissions.fromString("rw-------"));

        assertThat(ofCommand("echo " + HEX).open(NODE, "column", sealed).reveal())
                .isEqualTo("s");
        assertThat(ofCommand("echo '  " + base64 + " '")
                        .open(NODE, "column", sealed)
                        .reveal())
                .isEqualTo("s");
        assertThat(SecretCipher.ofKeyFile(file).open(NODE, "column", sealed).reveal())
                .isEqualTo("s");
    }

    @Test
    void aCommandThatFailsIsNamedWithoutItsOutput() {
        StoreFixture.refused(
                        ErrorCode.DRIVER_NOT_READY, () -> ofCommand("echo not-for-logs; echo also-secret >&2; exit 3"))
                .withMessageContaining("exited with 3")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("not-for-logs", "also-secret"));
    }

    @Test
    void outputThatIsNoKeyIsNotRepeated() {
        StoreFixture.refused(ErrorCode.CONFIG_INVALID, () -> ofCommand("echo nearly-a-key"))
                .withMessageContaining("(12 characters)")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("nearly-a-key"));
    }

    @Test
    void outputWithoutEndIsCutAndRefused() {
        StoreFixture.refused(ErrorCode.CONFIG_INVALID, () -> ofCommand("head -c 3000000 /dev/zero | tr '\\0' a"));
    }

    @Test
    void aCommandThatDoesNotEndIsKilledAtTheLimit() {
        StoreFixture.refused(
                        ErrorCode.DRIVER_NOT_READY,
                        () -> key(new KeySource.OfCommand("sleep 600"), Duration.ofMillis(200))
                                .cipher())
                .withMessageContaining("did not end within");
    }

    @Test
    void aVariableThatIsNotSetIsNamed() {
        StoreFixture.refused(
                        ErrorCode.DRIVER_NOT_READY,
                        () -> key(new KeySource.InEnvironment("NOVA_METAL_NO_SUCH_KEY"), LIMIT)
                                .cipher())
                .withMessageContaining("NOVA_METAL_NO_SUCH_KEY is not set");
    }

    @Test
    void anInventoryThatLostItsContentIsRefusedAlsoWhenItsKeyIsNoFile() throws Exception {
        Path file = folder.resolve("nova-metal.db");
        InventoryPlace place = new InventoryPlace(
                new Database.InFile(file),
                Optional.empty(),
                key(new KeySource.OfCommand("echo " + HEX), LIMIT),
                LIMIT,
                200);
        try (Store store = place.open(InstantSource.system(), Schema.UPGRADED)) {
            store.nodes().enrol(StoreFixture.spec(1));
        }
        place.open(InstantSource.system(), Schema.UPGRADED).close();
        Files.delete(file);

        StoreFixture.refused(
                        ErrorCode.DRIVER_NOT_READY,
                        () -> place.open(InstantSource.system(), Schema.UPGRADED)
                                .close())
                .withMessageContaining("inventory.mark");
    }
}
