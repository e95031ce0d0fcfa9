package org.novametal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SmallFileTest {
    @TempDir
    Path folder;

    @Test
    void aFileThatDoesNotExistHasNoText() throws Exception {
        assertThat(SmallFile.text(folder.resolve("none"))).isEmpty();
    }

    @Test
    void everyByteIsReadAndCanBeWrittenBack() throws Exception {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        Path file = Files.write(folder.resolve("file"), bytes);

        assertThat(SmallFile.text(file).orElseThrow().getBytes(StandardCharsets.ISO_8859_1))
                .isEqualTo(bytes);
    }

    @Test
    void aFileThatIsTooLongIsRefusedWithItsName() throws Exception {
        Path file = folder.resolve("long");
        try (RandomAccessFile written = new RandomAccessFile(file.toFile(), "rw")) {
            written.setLength(SmallFile.MAX_BYTES + 1L);
        }

        assertThatIOException().isThrownBy(() -> SmallFile.text(file)).withMessageContaining(file.toString());
    }

    @Test
    void aFileIsReplacedWholeAndItsDraftIsGone() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "a longer text before");
        Files.writeString(folder.resolve(".file"), "a draft that a dead process left behind");

        SmallFile.replace(file, "new".getBytes(StandardCharsets.UTF_8));

        assertThat(file).hasContent("new");
        assertThat(folder).isDirectoryNotContaining(found -> found.endsWith(".file"));
    }

    @Test
    void aFolderCannotBeRead() {
        assertThatIOException().isThrownBy(() -> SmallFile.text(folder));
    }
}
