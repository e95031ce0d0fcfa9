package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

class StateFolderTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path temporary;

    @Test
    void aNewFolderBelongsToItsOwnerAndIsOpenedWithoutAWord() throws Exception {
        Path folder = temporary.resolve("state");

        assertThat(warnings(folder)).isEmpty();

        assertThat(permissions(folder)).isEqualTo("rwx------");
        assertThat(warnings(folder)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "images", "consoles", "something"})
    void aFolderThatEveryUserMayWriteIsRefusedWithTheWayOut(String inside) throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("state"));
        Path open = Files.createDirectories(folder.resolve(inside));
        allow(open, "rwxrwxrwx");

        DriverException refused = catchThrowableOfType(DriverException.class, () -> StateFolder.open(folder));

        assertThat(refused.code()).isEqualTo(ErrorCode.CONFIG_INVALID);
        assertThat(refused).hasMessageContaining(open.toString()).hasMessageContaining("chmod -R o-w " + folder);
        allow(open, "rwxr-xr-x");
        assertThat(warnings(folder)).isEmpty();
    }

    @Test
    void aFileThatEveryUserMayWriteIsRefused() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("state"));
        allow(Files.writeString(folder.resolve("nova-metal.db"), ""), "rw-rw-rw-");

        assertThat(catchThrowableOfType(DriverException.class, () -> StateFolder.open(folder)))
                .hasMessageContaining("nova-metal.db");
    }

    @Test
    void aFolderThatItsGroupMayWriteIsWarnedOf() throws Exception {
        Path folder = Files.createDirectory(temporary.resolve("state"));
        allow(Files.createDirectory(folder.resolve("images")), "rwxrwxr-x");

        assertThat(warnings(folder))
                .singleElement()
                .asString()
                .contains("images")
                .contains("chmod -R g-w " + folder);
    }

    @Test
    void aFolderAboveThatEveryUserMayChangeIsWarnedOf() throws Exception {
        Path above = Files.createDirectory(temporary.resolve("above"));
        allow(above, "rwxrwxrwx");

        assertThat(warnings(above.resolve("state"))).singleElement().asString().contains("chmod o-w " + above);

        Files.setAttribute(above, "unix:mode", 01777);
        assertThat(warnings(above.resolve("state"))).isEmpty();
    }

    private static void allow(Path place, String permissions) throws IOException {
        Files.setPosixFilePermissions(place, PosixFilePermissions.fromString(permissions));
    }

    private static String permissions(Path place) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(place));
    }

    private static List<String> warnings(Path folder) {
        List<String> warnings = new ArrayList<>();
        StateFolder.open(folder, warnings::add);
        return warnings;
    }
}
