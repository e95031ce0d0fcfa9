package org.novametal.bmc.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {
    @TempDir
    Path directory;

    /** What the log wants written, until the test lets it. */
    private final ArrayDeque<Runnable> writes = new ArrayDeque<>();

    @Test
    void whatIsPrintedIsInAFileThatOnlyItsOwnerCanRead() throws IOException {
        ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 4096, Runnable::run);

        log.append(bytes("login: "));
        log.append(bytes("root\r\n"));

        assertThat(log.file()).hasContent("login: root\r\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(log.file())))
                .isEqualTo("rw-------");
    }

    @Test
    void aFullFileBecomesThePreviousOneSoThatTwoLimitsAreTheMost() throws IOException {
        ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 1024, Runnable::run);
        StringBuilder all = new StringBuilder();
        for (int line = 0; line < 500; line++) {
            String text = "line " + line + "\r\n";
            all.append(text);
            log.append(bytes(text));
        }

        String previous = Files.readString(directory.resolve("n1.log.1"));
        String latest = Files.readString(log.file());
        assertThat(previous).hasSize(1024);
        assertThat(latest.length()).isBetween(1, 1024);
        assertThat(all.toString()).endsWith(previous + latest);
        assertThat(directory.toFile().list()).hasSize(2);
    }

    @Test
    void aLogThatIsThereIsGoneOnWith() throws IOException {
        new ConsoleLog(directory.resolve("n1.log"), 1024, Runnable::run).append(bytes("a"));

        new ConsoleLog(directory.resolve("n1.log"), 1024, Runnable::run).append(bytes("b"));

        assertThat(Files.readString(directory.resolve("n1.log"))).isEqualTo("ab");
    }

    @Test
    void whatTheDiskDidNotTakeIsToldOnceItDoes() throws IOException {
        Path folder = directory.resolve("later");
        ConsoleLog log = new ConsoleLog(folder.resolve("n1.log"), 4096, Runnable::run);
        log.append(bytes("12345"));
        log.append(bytes("678"));

        Files.createDirectory(folder);
        log.append(bytes("9"));

        assertThat(log.file()).hasContent("\r\n[8 bytes are missing here]\r\n9");
    }

    @Test
    void aFullDiskIsOnlyALossOfWhatItDidNotTake() {
        // Every write to it fails for want of space.
        ConsoleLog log = new ConsoleLog(Path.of("/dev/full"), 4096, Runnable::run);

        log.append(bytes("a"));
        log.append(bytes("b"));
        log.close();
    }

    @Test
    void whatComesFasterThanItIsWrittenIsLeftOutAndTold() throws IOException {
        ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 10 << 20, writes::add);
        byte[] screen = new byte[100 * 1024];
        log.append(screen);
        log.append(screen);
        log.append(screen);
        log.append(bytes("x"));

        assertThat(writes).hasSize(1);
        writes.remove().run();

        byte[] written = Files.readAllBytes(log.file());
        assertThat(new String(
                        written, 2 * screen.length, written.length - 2 * screen.length, StandardCharsets.US_ASCII))
                .isEqualTo("\r\n[102400 bytes are missing here]\r\nx");
    }

    @Test
    void afterClosingNothingIsTaken() throws IOException {
        ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 1024, Runnable::run);
        log.append(bytes("a"));
        log.close();
        log.close();

        log.append(bytes("b"));

        assertThat(Files.readString(log.file())).isEqualTo("a");
    }

    @Test
    void anExecutorThatIsClosedClosesTheLog() {
        ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 1024, _ -> {
            throw new RejectedExecutionException();
        });

        log.append(bytes("a"));
        log.close();

        assertThat(log.file()).doesNotExist();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
