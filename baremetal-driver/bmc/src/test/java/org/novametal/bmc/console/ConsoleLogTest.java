package org.novametal.bmc.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleLogTest {
    @TempDir
    Path directory;

    /** The log's write tasks, until the test runs them. */
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
    void bytesThatTheDiskRefusedAreCountedInTheLogOnceItAcceptsMore() throws IOException {
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
        // Every write to this device fails because it has no space.
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

    @Test
    void theNewestIsReadOverBothFilesFromALinesBeginning() throws Exception {
        ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 1024, Runnable::run);
        for (int line = 0; line < 150; line++) {
            log.append(bytes("line %04d\r\n".formatted(line)));
        }
        assertThat(Files.size(log.file()))
                .as("the newest file alone is too short")
                .isLessThan(900);

        assertThat(text(log.newest(900))).startsWith("line ").hasSize(891).endsWith("line 0149\r\n");
        assertThat(text(log.newest(Integer.MAX_VALUE)))
                .as("all that is left, without the line whose beginning may be gone")
                .startsWith("line ")
                .endsWith("line 0149\r\n");
    }

    @Test
    void aLogThatIsWholeIsReadAsItIs() throws Exception {
        ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 1024, Runnable::run);
        assertThat(log.newest(10)).isEmpty();
        log.append(bytes("a\nb\n"));

        assertThat(text(log.newest(4))).isEqualTo("a\nb\n");
        assertThat(text(log.newest(3))).isEqualTo("b\n");
    }

    @Test
    void whatWasPrintedBeforeACutIsNoPartOfIt() throws Exception {
        ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 1024, Runnable::run);
        log.cut();
        log.append(bytes("x".repeat(1500)));
        log.append(bytes(" old"));
        log.cut();
        log.cut();

        assertThat(log.newest(10_000)).isEmpty();
        log.append(bytes("new"));

        assertThat(text(log.newest(10_000))).isEqualTo("new");
        assertThat(text(new ConsoleLog(log.file(), 1024, Runnable::run).newest(10_000)))
                .as("another process sees it so too")
                .isEqualTo("new");
        assertThat(Files.readString(directory.resolve("n1.log.before")))
                .as("people can still look at it")
                .endsWith(" old");
        assertThat(directory.toFile().list()).hasSize(2);
    }

    @Test
    void aCutComesAfterWhatWaitsToBeWritten() throws Exception {
        try (ExecutorService writer = Executors.newSingleThreadExecutor()) {
            CountDownLatch gate = new CountDownLatch(1);
            writer.execute(() -> uninterrupted(gate));
            ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 1024, writer);
            log.append(bytes("old"));
            Thread.ofVirtual().start(gate::countDown);

            log.cut();
            log.append(bytes("new"));

            assertThat(text(log.newest(100))).isEqualTo("new");
            assertThat(directory.resolve("n1.log.before")).hasContent("old");
        }
    }

    @Test
    void aFullFileTakesThePlaceOfWhatWasBeforeTheCut() throws Exception {
        ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 1024, Runnable::run);
        log.append(bytes("old"));
        log.cut();
        log.append(bytes("x".repeat(2000)));

        assertThat(directory.toFile().list()).containsExactlyInAnyOrder("n1.log", "n1.log.1");
        log.append(bytes("end"));
        log.cut();
        assertThat(directory.toFile().list()).containsExactly("n1.log.before");

        log.delete();
        assertThat(directory.toFile().list()).isEmpty();
    }

    private static void uninterrupted(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Holds the last byte back until another one follows. */
    private static final class LastByteHeld implements ConsoleFilter {
        private byte[] held = new byte[0];

        @Override
        public byte[] changed(byte[] more) {
            byte[] all = com.google.common.primitives.Bytes.concat(held, more);
            held = Arrays.copyOfRange(all, Math.max(0, all.length - 1), all.length);
            return Arrays.copyOf(all, all.length - held.length);
        }

        @Override
        public byte[] held() {
            return held.clone();
        }

        @Override
        public byte[] interrupted() {
            byte[] written = held;
            held = new byte[0];
            return written;
        }
    }

    @Test
    void whatAFilterHoldsBackIsShownAndIsWrittenAtTheEnd() throws Exception {
        ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 4096, Runnable::run, new LastByteHeld());
        log.append(bytes("login:"));

        assertThat(log.file()).hasContent("login");
        assertThat(log.newest(100)).isEqualTo(bytes("login:"));
        log.close();
        assertThat(log.file()).hasContent("login:");
    }

    @Test
    void whatAFilterHoldsBackBelongsToTheLogBeforeTheCut() throws Exception {
        ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 4096, Runnable::run, new LastByteHeld());
        log.append(bytes("tenant"));
        log.cut();
        log.append(bytes("next one"));

        assertThat(log.newest(100)).isEqualTo(bytes("next one"));
        assertThat(directory.resolve("n1.log.before")).hasContent("tenant");
        log.close();
    }
}
