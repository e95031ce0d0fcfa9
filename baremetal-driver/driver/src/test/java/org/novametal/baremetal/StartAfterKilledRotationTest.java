package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.driver.model.HostName;
import org.novametal.driver.testing.ScriptedDriverHost;

/** A host starts where a program was killed while it made a key. */
class StartAfterKilledRotationTest {
    @TempDir
    Path folder;

    @Test
    void theStartRemovesTemporaryFilesOfKeysAndAnUnusedNewKeyAndKeepsWhatNoOtherFileHas() throws Exception {
        try (FakeCloud cloud = new FakeCloud(folder, 1)) {
            Path state = folder.resolve("state");
            byte[] key = Files.readAllBytes(state.resolve("secret.key"));
            privateFile(state.resolve(".secret1.key"), new byte[0]);
            privateFile(state.resolve(".secret2.key"), key);
            privateFile(state.resolve("secret.key.new"), new byte[32]);

            try (BareMetalDriver driver = new BareMetalDriver(
                    cloud.conf().build(), new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()))) {
                driver.initHost(new HostName("compute-0"));
                assertThat(state.resolve(".secret1.key")).doesNotExist();
                assertThat(state.resolve(".secret2.key")).doesNotExist();
                assertThat(state.resolve("secret.key.new")).doesNotExist();
            }

            assertThat(state.resolve("secret.key")).hasBinaryContent(key);
            assertThat(state.resolve("secret.key.old")).hasBinaryContent(new byte[32]);
            assertThat(state.resolve("secret.key.old.2")).doesNotExist();
        }
    }

    private static void privateFile(Path file, byte[] content) throws Exception {
        Files.write(file, content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
