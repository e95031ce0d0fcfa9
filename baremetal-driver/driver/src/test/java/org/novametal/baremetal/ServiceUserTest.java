package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.novametal.baremetal.store.StoreFixture.refused;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.driver.error.ErrorCode;

class ServiceUserTest {
    private static final ServiceUser STRANGER = new ServiceUser("mallory", _ -> false);

    @TempDir
    Path folder;

    @Test
    void aUserWhoMayNotReadTheKeyIsRefusedInWordsThatNameTheUserWhoMay() throws Exception {
        Path key = Files.createFile(folder.resolve("secret.key"));
        String owner = Files.getOwner(key).getName();

        refused(ErrorCode.DRIVER_NOT_READY, () -> STRANGER.requireAccess(key))
                .withMessageContaining("user mallory may not use " + key)
                .withMessageContaining("sudo -u " + owner);
        assertThatCode(() -> STRANGER.requireAccess(folder.resolve("absent"))).doesNotThrowAnyException();
        assertThatCode(() -> ServiceUser.ofThisProgram().requireAccess(key)).doesNotThrowAnyException();
    }

    @Test
    void anotherUserWhoMayReadEverythingIsWarned() throws Exception {
        Path key = Files.createFile(folder.resolve("secret.key"));
        String owner = Files.getOwner(key).getName();

        assertThat(new ServiceUser("root of all", _ -> true).warning(key).orElseThrow())
                .contains("runs as user root of all", "belongs to user " + owner);
        assertThat(new ServiceUser(owner, _ -> true).warning(key)).isEmpty();
    }
}
