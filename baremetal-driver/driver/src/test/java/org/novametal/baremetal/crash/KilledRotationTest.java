package org.novametal.baremetal.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.InventoryMaintenance;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.StoreFixture;
import org.novametal.baremetal.store.sql.PostgresServer;
import org.novametal.driver.config.NovaConf;

/**
 * A process that changes the key dies right after each of its commits, and after each of its steps on the files of the key, in
 * turn: the next program can read every secret, the key can be changed again, and that removes what the dead ones left.
 */
@Tag("peers")
@Timeout(600)
class KilledRotationTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    /** More steps than a rotation has. */
    private static final int MOST_STEPS = 60;

    @TempDir
    Path folder;

    private Path state;

    @BeforeEach
    void makeStateFolder() throws Exception {
        state = Files.createDirectory(
                folder.resolve("state"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    }

    /** Another process that changes the key. */
    static final class Rotation {
        private Rotation() {}

        /** Arguments: after how many steps to die, then as for {@link #options}. */
        public static void main(String[] arguments) {
            InventoryMaintenance maintenance =
                    maintenance(Arrays.asList(arguments).subList(1, arguments.length));
            Commits.dieAfterKeyStep(Integer.parseInt(arguments[0]));
            maintenance.rotateKey(Optional.empty());
        }
    }

    /** The options of an inventory in a folder; or in a database, with the file of its password. */
    private static BareMetalOptions options(List<String> place) {
        NovaConf.Builder conf = NovaConf.builder()
                .overlay("baremetal", "state_path", place.get(0))
                .overlay("baremetal", "dhcp_dir", place.get(0) + "/dhcp");
        if (place.size() > 1) {
            conf.overlay("baremetal", "database", place.get(1))
                    .overlay("baremetal", "database_password_file", place.get(2));
        }
        return BareMetalOptions.from(conf.build());
    }

    private static InventoryMaintenance maintenance(List<String> place) {
        return new InventoryMaintenance(options(place), InstantSource.system(), LIMIT);
    }

    @Test
    void everySecretIsReadableWhereverARotationDiesOnAFile() throws Exception {
        killAtEachStep(List.of(state.toString()));
    }

    @Test
    void everySecretIsReadableWhereverARotationDiesOnPostgresql() throws Exception {
        PostgresServer server = PostgresServer.start();
        try {
            server.execute("CREATE DATABASE inventory");
            Path password = Files.writeString(
                    folder.resolve("password"), server.password().reveal());
            Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
            String url = server.jdbcUrl("inventory")
                    .replace("jdbc:postgresql://", "postgresql://" + PostgresServer.USER + "@");
            killAtEachStep(List.of(state.toString(), url, password.toString()));
        } finally {
            server.stop();
        }
    }

    private void killAtEachStep(List<String> place) throws Exception {
        try (BareMetalInventory inventory =
                BareMetalInventory.open(options(place), InstantSource.system(), Missing.CREATE)) {
            inventory.enrolment().enrol(StoreFixture.spec(1));
        }
        Path key = state.resolve("secret.key");
        byte[] first = Files.readAllBytes(key);
        int step = 1;
        int left = 0;
        while (rotate(place, step)) {
            assertThat(maintenance(place).check()).as("after step %s", step).isEmpty();
            left += SecretCipher.temporaryFiles(key).size();
            step++;
            assertThat(step).as("steps of a rotation").isLessThan(MOST_STEPS);
        }
        System.out.println("killed rotations: " + (step - 1) + ", temporary files found after them: " + left);
        assertThat(left).as("some were killed while a temporary file was there").isPositive();
        assertThat(step)
                .as("it died before and after the commit, and between the renames")
                .isGreaterThan(5);
        assertThat(maintenance(place).check()).isEmpty();
        assertThat(state.resolve("secret.key.new")).doesNotExist();
        assertThat(SecretCipher.temporaryFiles(key)).isEmpty();
        assertThat(Files.readAllBytes(key)).isNotEqualTo(first);
    }

    /** Changes the key in another process; returns whether that died at the step, or else ended well. */
    private boolean rotate(List<String> place, int step) throws Exception {
        // Each rotation keeps one more key, and looks at those that are kept: their number would be one of its steps.
        try (DirectoryStream<Path> kept = Files.newDirectoryStream(state, "secret.key.old*")) {
            for (Path key : kept) {
                Files.delete(key);
            }
        }
        List<String> arguments = new ArrayList<>(List.of(Integer.toString(step)));
        arguments.addAll(place);
        return CountedProgram.isKilled(folder, Rotation.class, arguments, LIMIT);
    }
}
