package org.novametal.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IoFailureTest {
    @TempDir
    Path folder;

    @Test
    void failuresOfFilesAreSaidInWordsThatNameTheFile() throws Exception {
        Path absent = folder.resolve("absent");
        Path present = Files.createFile(folder.resolve("present"));
        assertThat(IoFailure.reason(catchThrowableOfType(IOException.class, () -> Files.newInputStream(absent))))
                .isEqualTo("there is no " + absent);
        assertThat(IoFailure.reason(catchThrowableOfType(IOException.class, () -> Files.createFile(present))))
                .isEqualTo(present + " exists already");
        assertThat(IoFailure.reason(catchThrowableOfType(IOException.class, () -> Files.list(present))))
                .isEqualTo(present + " is not a folder");
        assertThat(IoFailure.reason(catchThrowableOfType(IOException.class, () -> Files.delete(folder))))
                .isEqualTo("the folder " + folder + " is not empty");
        assertThat(IoFailure.reason(new AccessDeniedException("/etc/nova-metal/secret.key")))
                .isEqualTo("this user has no permission for /etc/nova-metal/secret.key");
        assertThat(IoFailure.reason(new FileSystemException("/a", null, "No space left on device")))
                .isEqualTo("/a: No space left on device");
    }

    @Test
    void noReasonHasTheNameOfAJavaClass() {
        for (IOException failure : List.of(
                new EOFException(), new MalformedInputException(1), new IOException(), new IOException("cut"))) {
            assertThat(IoFailure.reason(failure)).isNotBlank().doesNotContain("Exception", "java.");
        }
    }

    @Test
    void controlCharactersInAFileNameAreEscaped() {
        assertThat(IoFailure.reason(new AccessDeniedException("/a\u001b[2J"))).doesNotContain("\u001b");
    }
}
