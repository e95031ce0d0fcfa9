package org.novametal.bmc.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novametal.bmc.BmcFailures.assertFails;
import static org.novametal.bmc.Eventually.eventually;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.SerialConsole.Receiver;
import org.novametal.bmc.console.ConsoleEvent.Closed;
import org.novametal.bmc.console.ConsoleEvent.Connected;
import org.novametal.bmc.console.ConsoleEvent.Disconnected;
import org.novametal.bmc.console.ConsoleEvent.Gap;
import org.novametal.bmc.console.ConsoleEvent.Missed;
import org.novametal.bmc.console.ConsoleEvent.Output;

@Timeout(30)
class SharedConsoleTest {
    private static final SharedConsoleSettings SETTINGS =
            new SharedConsoleSettings(8, 4096, Duration.ofSeconds(1), Duration.ofSeconds(5));

    @TempDir
    Path directory;

    private final ScriptedSerialConsole serial = new ScriptedSerialConsole();
    private final ExecutorService connecting = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicLong nowNanos = new AtomicLong();
    private final LinkedBlockingQueue<Pause> pauses = new LinkedBlockingQueue<>();
    private final ConsoleThreads threads =
            new ConsoleThreads(connecting, (pause, task) -> pauses.add(new Pause(pause, task)), nowNanos::get);
    private final SharedConsole console = new SharedConsole("n1", serial, SETTINGS, threads, Optional.empty());

    private record Pause(Duration duration, Runnable end) {}

    @AfterEach
    void close() {
        console.close();
        connecting.shutdownNow();
    }

    @Test
    void everyReaderHearsWhatIsPrinted() throws Exception {
        ConsoleReader first = console.read();
        ConsoleReader second = console.read();
        serial.accept();
        Receiver machine = serial.receiver();

        assertThat(first.take()).isEqualTo(new Connected());
        machine.received(bytes("login: "));

        assertThat(text(first.take())).isEqualTo("login: ");
        assertThat(second.take()).isEqualTo(new Connected());
        assertThat(text(second.take())).isEqualTo("login: ");
        assertThat(serial.attempts()).isOne();
    }

    @Test
    void aNewReaderGetsTheLatestOutputFirst() throws Exception {
        ConsoleReader first = console.read();
        serial.accept();
        Receiver machine = serial.receiver();
        first.take();
        machine.received(bytes("0123"));
        machine.received(bytes("456789"));

        ConsoleReader late = console.read();
        machine.received(bytes("!"));

        assertThat(text(late.take())).isEqualTo("23456789");
        assertThat(late.take()).isEqualTo(new Connected());
        assertThat(text(late.take())).isEqualTo("!");
    }

    @Test
    void itConnectsForTheFirstReaderAndDisconnectsAfterTheLast() throws Exception {
        assertThat(serial.attempts()).isZero();
        ConsoleReader first = console.read();
        serial.accept();
        assertThat(first.take()).isEqualTo(new Connected());
        ConsoleReader second = console.read();

        first.close();
        assertThat(serial.open()).isOne();
        second.close();
        assertThat(serial.open()).isZero();

        serial.accept();
        assertThat(console.read().take()).isEqualTo(new Connected());
        assertThat(serial.attempts()).isEqualTo(2);
    }

    @Test
    void aSlowReaderLearnsWhatItMissedAndHoldsUpNobody() throws Exception {
        ConsoleReader slow = console.read();
        ConsoleReader quick = console.read();
        serial.accept();
        Receiver machine = serial.receiver();
        quick.take();
        int sent = 0;
        int read = 0;
        for (int i = 0; i < 100; i++) {
            machine.received(new byte[100]);
            sent += 100;
            read += ((Output) quick.take()).length();
        }
        assertThat(read).isEqualTo(sent);

        assertThat(slow.take()).isEqualTo(new Connected());
        long heard = 0;
        long missed = 0;
        while (missed == 0) {
            switch (slow.take()) {
                case Output output -> heard += output.length();
                case Missed told -> missed = told.bytes();
                case Connected _, Disconnected _, Gap _, Closed _ -> throw new AssertionError("nothing else happened");
            }
        }
        assertThat(heard).isBetween(1L, 4096L);
        assertThat(heard + missed).isEqualTo(sent);
        machine.received(bytes("again"));
        assertThat(text(slow.take())).isEqualTo("again");
    }

    @Test
    void aReaderThatNeverReadsStaysBounded() throws Exception {
        ConsoleReader never = console.read();
        serial.accept();
        Receiver machine = serial.receiver();
        for (int i = 0; i < 10_000; i++) {
            machine.received(bytes("x"));
            machine.lost();
        }

        int events = 0;
        long bytes = 0;
        Optional<ConsoleEvent> event = never.poll(Duration.ZERO);
        while (event.isPresent()) {
            events++;
            bytes += event.get() instanceof Output output ? output.length() : 0;
            bytes += event.get() instanceof Missed missed ? missed.bytes() : 0;
            event = never.poll(Duration.ZERO);
        }
        assertThat(events).isLessThan(4096 / 64 + 2);
        assertThat(bytes).isEqualTo(10_000);
    }

    @Test
    void whatIsTypedByAnyReaderGetsThrough() throws Exception {
        ConsoleReader first = console.read();
        ConsoleReader second = console.read();
        serial.accept();
        first.take();
        second.take();

        first.write(bytes("ls"));
        second.write(bytes("\r"));
        second.sendBreak();

        assertThat(serial.typed()).isEqualTo(bytes("ls\r"));
        assertThat(serial.breaks()).isOne();
    }

    @Test
    void typingWithoutAConnectionIsRefused() {
        ConsoleReader reader = console.read();

        assertFails(Reason.UNREACHABLE, () -> reader.write(bytes("x"))).hasMessageContaining("n1");
    }

    @Test
    void aLostConnectionIsReportedAndMadeAgainAfterGrowingPauses() throws Exception {
        ConsoleReader reader = console.read();
        serial.accept();
        reader.take();
        BmcException cause = new BmcException(Reason.UNREACHABLE, "gone");

        serial.receiver().ended(cause);

        assertThat(reader.take()).isEqualTo(new Disconnected(cause, Duration.ofSeconds(1)));
        for (int seconds : new int[] {2, 4, 5, 5}) {
            serial.refuse(cause);
            pauses.take().end().run();
            assertThat(reader.take()).isEqualTo(new Disconnected(cause, Duration.ofSeconds(seconds)));
        }
        serial.accept();
        pauses.take().end().run();
        assertThat(reader.take()).isEqualTo(new Connected());
    }

    @Test
    void aConnectionThatHeldForAWhileMakesThePausesShortAgain() throws Exception {
        ConsoleReader reader = console.read();
        BmcException cause = new BmcException(Reason.UNREACHABLE, "gone");
        serial.refuse(cause);
        reader.take();
        serial.accept();
        pauses.take().end().run();
        reader.take();

        nowNanos.addAndGet(Duration.ofSeconds(5).toNanos());
        serial.receiver().ended(cause);

        assertThat(reader.take()).isEqualTo(new Disconnected(cause, Duration.ofSeconds(1)));
    }

    @Test
    void whatOnlyAPersonCanMendIsTriedSeldom() throws Exception {
        ConsoleReader reader = console.read();
        BmcException cause = new BmcException(Reason.WRONG_PASSWORD, "no");

        serial.refuse(cause);

        assertThat(reader.take()).isEqualTo(new Disconnected(cause, Duration.ofSeconds(5)));
        assertThat(console.read().take()).as("a new reader").isInstanceOf(Disconnected.class);
    }

    @Test
    void aPauseThatNobodyWaitsForAnyMoreConnectsNothing() throws Exception {
        ConsoleReader reader = console.read();
        serial.refuse(new BmcException(Reason.UNREACHABLE, "gone"));
        reader.take();
        reader.close();

        pauses.take().end().run();

        assertThat(serial.attempts()).isOne();
    }

    @Test
    void whatAnEarlierConnectionStillSaysIsIgnored() throws Exception {
        ConsoleReader reader = console.read();
        serial.accept();
        reader.take();
        Receiver old = serial.receiver();
        old.ended(new BmcException(Reason.UNREACHABLE, "gone"));
        reader.take();
        serial.accept();
        pauses.take().end().run();
        reader.take();

        old.received(bytes("late"));
        old.ended(new BmcException(Reason.UNREACHABLE, "gone twice"));

        assertThat(reader.poll(Duration.ZERO)).isEmpty();
    }

    @Test
    void aGapIsReported() throws Exception {
        ConsoleReader reader = console.read();
        serial.accept();
        reader.take();

        serial.receiver().lost();

        assertThat(reader.take()).isEqualTo(new Gap());
    }

    @Test
    void withALogItIsConnectedWithoutAnyReader() throws Exception {
        try (ConsoleLog log = new ConsoleLog(directory.resolve("n1.log"), 4096, Runnable::run);
                SharedConsole logged = new SharedConsole("n1", serial, SETTINGS, threads, Optional.of(log))) {
            serial.accept();
            serial.receiver().received(bytes("boot\r\n"));
            ConsoleReader reader = logged.read();
            reader.close();

            assertThat(log.file()).hasContent("boot\r\n");
            assertThat(serial.open()).isOne();
        }
        // Output arrives before connect() returns; a console closed in between disconnects when connect() returns.
        eventually(Duration.ofSeconds(5), "it is disconnected", () -> serial.open() == 0);
    }

    private Future<?> typeAtTheFirstOutput() throws InterruptedException {
        serial.printOnConnect(bytes("login: "));
        ConsoleReader reader = console.read();
        serial.accept();
        assertThat(reader.take()).isEqualTo(new Connected());
        return connecting.submit(() -> {
            console.write(bytes("root"));
            return null;
        });
    }

    @Test
    void whatIsTypedAtTheFirstOutputIsTaken() throws Exception {
        Future<?> typing = typeAtTheFirstOutput();
        assertThat(serial.typed()).isEmpty();

        serial.finishConnecting();

        typing.get();
        assertThat(serial.typed()).isEqualTo(bytes("root"));
    }

    @Test
    void whatIsTypedAtTheFirstOutputIsRefusedWhenTheConnectionIsLostAtOnce() throws Exception {
        Future<?> typing = typeAtTheFirstOutput();

        serial.receiver().ended(new BmcException(Reason.UNREACHABLE, "gone"));

        assertThatThrownBy(typing::get).hasMessageContaining("is not connected now");
        serial.finishConnecting();
        eventually(Duration.ofSeconds(5), "it is disconnected", () -> serial.open() == 0);
    }

    @Test
    void itTellsWhyItIsNotConnectedUntilItIs() throws Exception {
        ConsoleReader reader = console.read();
        assertThat(console.failure()).isEmpty();
        BmcException busy = new BmcException(Reason.BUSY, "taken");
        serial.refuse(busy);
        reader.take();
        assertThat(console.failure()).contains(busy);

        serial.accept();
        pauses.take().end().run();
        assertThat(reader.take()).isEqualTo(new Connected());
        assertThat(console.failure()).isEmpty();
    }

    @Test
    void aLogThatFailsLeavesTheReadersTheirs() throws Exception {
        try (ConsoleLog log = new ConsoleLog(directory.resolve("absent/n1.log"), 4096, Runnable::run);
                SharedConsole logged = new SharedConsole("n1", serial, SETTINGS, threads, Optional.of(log))) {
            ConsoleReader reader = logged.read();
            serial.accept();
            reader.take();

            serial.receiver().received(bytes("x"));

            assertThat(text(reader.take())).isEqualTo("x");
        }
    }

    @Test
    void closingLetsReadersGoAndDisconnects() throws Exception {
        ConsoleReader reader = console.read();
        serial.accept();
        reader.take();

        console.close();
        console.close();

        assertThat(reader.take()).isEqualTo(new Closed());
        assertThat(reader.take()).isEqualTo(new Closed());
        assertThat(serial.open()).isZero();
        assertFails(Reason.CLOSED, console::read);
    }

    @Test
    void closingEndsAnAttemptThatIsUnderWay() throws Exception {
        ConsoleReader reader = console.read();
        eventually(Duration.ofSeconds(10), "it tries to connect", () -> serial.attempts() == 1);

        console.close();

        assertThat(reader.take()).isEqualTo(new Closed());
        connecting.shutdown();
        assertThat(connecting.awaitTermination(5, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void manyReadersOfALongOutputGetEveryByte() throws Exception {
        try (SharedConsole wide = new SharedConsole(
                "n1",
                serial,
                new SharedConsoleSettings(0, 1 << 20, Duration.ofSeconds(1), Duration.ofSeconds(5)),
                threads,
                Optional.empty())) {
            ConsoleReader[] all = new ConsoleReader[20];
            for (int i = 0; i < all.length; i++) {
                all[i] = wide.read();
            }
            serial.accept();
            Receiver machine = serial.receiver();
            ByteArrayOutputStream printed = new ByteArrayOutputStream();
            for (int i = 0; i < 2000; i++) {
                byte[] line = bytes("line " + i + "\r\n");
                printed.writeBytes(line);
                machine.received(line);
            }
            for (ConsoleReader reader : all) {
                assertThat(read(reader, printed.size())).isEqualTo(printed.toByteArray());
            }
        }
    }

    private static byte[] read(ConsoleReader reader, int count) throws InterruptedException, IOException {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        while (read.size() < count) {
            if (reader.take() instanceof Output output) {
                read.write(output.bytes());
            }
        }
        return read.toByteArray();
    }

    private static String text(ConsoleEvent event) {
        return new String(((Output) event).bytes(), StandardCharsets.US_ASCII);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
