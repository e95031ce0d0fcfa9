package org.novametal.bmc.ipmi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcFailures;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.Eventually;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.SerialConsole.Connection;

/** Consoles at OpenIPMI's {@code ipmi_sim}, which ends a session 30 seconds after its last request. */
@Tag("peers")
@Timeout(240)
class TalkingConsoleOnIpmiSimTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");
    private static final int LINES_PER_SECOND = 5;
    /** How long the machine talks: longer than a session without requests; {@code .ci/run-long} lets it talk for 95 seconds. */
    private static final Duration TALK = Duration.parse(System.getProperty("console.talk", "PT40S"));

    @TempDir
    Path directory;

    @Test
    void noLineOfAMachineThatTalksIsLost() throws Exception {
        IpmiSim simulator = new IpmiSim(directory, ADMIN.username(), ADMIN.password());
        int lines = Math.toIntExact(TALK.toSeconds() * LINES_PER_SECOND);
        Printed printed = new Printed();
        try (IpmiBmcFactory factory = new IpmiBmcFactory();
                Connection _ = connect(factory, simulator, printed);
                ScheduledExecutorService machine = Executors.newSingleThreadScheduledExecutor()) {
            AtomicInteger next = new AtomicInteger();
            CountDownLatch said = new CountDownLatch(lines);
            var _ = machine.scheduleAtFixedRate(
                    () -> {
                        if (said.getCount() > 0) {
                            simulator.serial().print(line(next.getAndIncrement()));
                            said.countDown();
                        }
                    },
                    0,
                    1000 / LINES_PER_SECOND,
                    TimeUnit.MILLISECONDS);
            assertThat(said.await(TALK.toSeconds() + 60, TimeUnit.SECONDS)).isTrue();
            machine.shutdown();
            String all = IntStream.range(0, lines)
                    .mapToObj(TalkingConsoleOnIpmiSimTest::line)
                    .collect(Collectors.joining());

            Eventually.eventually(
                    Duration.ofSeconds(20),
                    "the last line",
                    () -> printed.text().endsWith(line(lines - 1)));
            assertThat(printed.text()).isEqualTo(all);
            assertThat(printed.end).isNull();
        } finally {
            simulator.stop();
        }
    }

    @Test
    void theConsoleOfADeadProcessIsTakenOverAndNoOther() throws Exception {
        IpmiSim simulator = new IpmiSim(directory, ADMIN.username(), ADMIN.password());
        // The first factory stands for a process that was killed: it never closes its session.
        try (IpmiBmcFactory killed = new IpmiBmcFactory();
                IpmiBmcFactory restarted = new IpmiBmcFactory()) {
            String identity =
                    connect(killed, simulator, new Printed()).identity().orElseThrow();
            SerialConsole console = console(restarted, simulator);
            BmcFailures.assertFails(Reason.BUSY, () -> console.resume(new Printed(), "session-00000001"));
            Printed printed = new Printed();

            try (Connection _ = console.resume(printed, identity)) {
                simulator.serial().print("after the restart\r\n");
                Eventually.eventually(
                        Duration.ofSeconds(20),
                        "the output",
                        () -> printed.text().contains("after the restart"));
            }
        } finally {
            simulator.stop();
        }
    }

    private static String line(int number) {
        return "line " + number + "\r\n";
    }

    private static SerialConsole console(IpmiBmcFactory factory, IpmiSim simulator) {
        BmcAddress address = new BmcAddress("ipmi", "127.0.0.1", simulator.port(), "");
        Bmc bmc = factory.open(address, ADMIN, BmcOptions.DEFAULTS);
        return bmc.capability(SerialConsole.class).orElseThrow();
    }

    private static Connection connect(IpmiBmcFactory factory, IpmiSim simulator, Printed printed)
            throws InterruptedException {
        return console(factory, simulator).connect(printed);
    }

    private static final class Printed implements SerialConsole.Receiver {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private volatile @Nullable BmcException end;

        @Override
        public synchronized void received(byte[] received) {
            bytes.writeBytes(received);
        }

        @Override
        public void ended(BmcException cause) {
            end = cause;
        }

        synchronized String text() {
            return bytes.toString(StandardCharsets.US_ASCII);
        }
    }
}
