package org.novametal.bmc.ipmi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.bmc.BmcFailures.assertFails;
import static org.novametal.bmc.Eventually.eventually;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.SerialConsole.Connection;
import org.novametal.bmc.console.ConsoleEvent;
import org.novametal.bmc.console.ConsoleReader;
import org.novametal.bmc.console.ConsoleThreads;
import org.novametal.bmc.console.SharedConsole;
import org.novametal.bmc.console.SharedConsoleSettings;
import org.novametal.fake.EchoLine;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;
import org.novametal.fake.FakeIpmiServer;
import org.novametal.fake.SwitchChassis;

/** The console of our client on the fake BMC, over UDP. */
@Timeout(120)
class IpmiConsoleTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");
    private static final BmcOptions OPTIONS = new BmcOptions(Duration.ofSeconds(10), Duration.ofMillis(100));
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final FakeIpmiServer server = FakeIpmiServer.start();
    private final IpmiBmcFactory factory = new IpmiBmcFactory();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final SwitchChassis chassis = new SwitchChassis();
    private final FakeIpmiBmc fake =
            new FakeIpmiBmc(ADMIN, chassis, FakeIpmiProfile.DEFAULTS.withMaximumSessions(1), new SecureRandom());
    private final BmcAddress address = server.attach(fake, 0);

    @AfterEach
    void close() {
        factory.close();
        server.close();
        threads.shutdownNow();
    }

    @Test
    void theConsoleSharesTheOneSessionOfItsBmcWithCalls() throws Exception {
        Bmc bmc = factory.open(address, ADMIN, OPTIONS);
        Heard heard = new Heard();

        try (Connection connection = console(bmc).connect(heard)) {
            connection.write(ascii("hello"));
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
            connection.write(ascii(" world"));
            heard.await("hello world");
        }
        assertThat(fake.sessionCount()).isOne();
        assertThat(heard.end).as("closing is not told").isNull();
    }

    @Test
    void theConsoleKeepsItsSessionThoughCallsCloseTheirs() throws Exception {
        Bmc bmc = factory.open(address, ADMIN, OPTIONS.withSessionPolicy(SessionPolicy.CLOSE));
        Heard heard = new Heard();
        Connection connection = console(bmc).connect(heard);

        bmc.readPower();
        bmc.readPower();
        connection.write(ascii("still here"));
        heard.await("still here");
        connection.close();

        eventually(PATIENCE, "the session is closed", () -> fake.sessionCount() == 0);
    }

    @Test
    void theConsoleOfADeadProcessIsTakenOverByItsIdentity() throws Exception {
        BmcAddress roomy = server.attach(new FakeIpmiBmc(ADMIN, chassis), 0);
        Heard dead = new Heard();
        String identity = console(factory.open(roomy, ADMIN, OPTIONS))
                .connect(dead)
                .identity()
                .orElseThrow();
        try (IpmiBmcFactory restarted = new IpmiBmcFactory()) {
            SerialConsole console = console(restarted.open(roomy, ADMIN, OPTIONS));
            assertFails(Reason.BUSY, () -> console.connect(new Heard()));
            Heard heard = new Heard();

            try (Connection connection = console.resume(heard, identity)) {
                connection.write(ascii("after the restart"));
                heard.await("after the restart");
                assertThat(connection.identity()).isPresent().isNotEqualTo(Optional.of(identity));
            }
        }
    }

    @Test
    void theConsoleOfAnotherUserIsNotTakenOverByAnIdentity() throws Exception {
        FakeIpmiBmc roomy = new FakeIpmiBmc(ADMIN, chassis);
        BmcAddress at = server.attach(roomy, 0);
        SerialConsole first = console(factory.open(at, ADMIN, OPTIONS));
        Connection ended = first.connect(new Heard());
        String identity = ended.identity().orElseThrow();
        ended.close();
        try (IpmiBmcFactory elsewhere = new IpmiBmcFactory();
                IpmiBmcFactory restarted = new IpmiBmcFactory()) {
            Heard other = new Heard();
            Connection others = console(elsewhere.open(at, ADMIN, OPTIONS)).connect(other);
            SerialConsole console = console(restarted.open(at, ADMIN, OPTIONS));

            for (String wrong : List.of(identity, "", "session-00000000")) {
                assertFails(Reason.BUSY, () -> console.resume(new Heard(), wrong));
            }
            roomy.setFaults(FakeFaults.of(FakeFault.NO_INSTANCE_INFO));
            assertFails(
                    Reason.BUSY,
                    () -> console.resume(new Heard(), others.identity().orElseThrow()));

            others.write(ascii("mine"));
            other.await("mine");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = FakeFault.class,
            names = {"AES_FULL_PAD", "AES_PAD_ZEROS", "STANDING_NUMBERS", "NUMBERS_FROM_THOUSAND", "SHORT_ANSWERS"})
    void theConsoleOfABmcWithAQuirkShowsAllOutput(FakeFault quirk) throws Exception {
        fake.setFaults(FakeFaults.of(quirk));
        Heard heard = new Heard();

        try (Connection connection =
                console(factory.open(address, ADMIN, OPTIONS)).connect(heard)) {
            StringBuilder typed = new StringBuilder();
            for (int length = 1; length < 40; length++) {
                String text = "x".repeat(length - 1) + (char) ('a' + length % 26);
                typed.append(text);
                connection.write(ascii(text));
            }
            heard.await(typed.toString());
        }
    }

    @Test
    void aLostSessionEndsTheConsoleAndTheNextConnectionTakesItBack() throws Exception {
        Bmc bmc = factory.open(address, ADMIN, OPTIONS);
        Heard heard = new Heard();
        Connection connection = console(bmc).connect(heard);

        fake.forgetSessions();
        bmc.readPower();

        eventually(PATIENCE, "the end is reported", () -> heard.end != null);
        assertFails(Reason.UNREACHABLE, () -> connection.write(ascii("x")));
        connection.close();
        Heard again = new Heard();
        try (Connection next = console(bmc).connect(again)) {
            next.write(ascii("back"));
            again.await("back");
        }
    }

    @Test
    void whatIsTypedIntoAMachineThatIsOffIsRefusedInTime() throws Exception {
        BmcOptions hasty = new BmcOptions(Duration.ofSeconds(1), Duration.ofMillis(50));
        Connection connection = console(factory.open(address, ADMIN, hasty)).connect(new Heard());
        chassis.line().switchOff();

        assertFails(Reason.BUSY, () -> connection.write(ascii("x"))).hasMessageContaining("off or asleep");
    }

    @Test
    void aConsoleThatSomebodyElseHasIsLeftToThem() throws Exception {
        FakeIpmiBmc roomy = new FakeIpmiBmc(ADMIN, new SwitchChassis());
        BmcAddress at = server.attach(roomy, 0);
        try (IpmiBmcFactory others = new IpmiBmcFactory();
                Connection theirs = console(others.open(at, ADMIN, OPTIONS)).connect(new Heard())) {
            Bmc ours = factory.open(at, ADMIN, OPTIONS);
            assertFails(Reason.BUSY, () -> console(ours).connect(new Heard()));
            theirs.write(ascii("undisturbed"));
        }
    }

    @Test
    void aConsoleThatSomebodyElseHasCanBeTakenFromThem() throws Exception {
        FakeIpmiBmc roomy = new FakeIpmiBmc(ADMIN, new SwitchChassis());
        BmcAddress at = server.attach(roomy, 0);
        Heard theirs = new Heard();
        Heard ours = new Heard();
        try (IpmiBmcFactory others = new IpmiBmcFactory();
                Connection lost = console(others.open(at, ADMIN, OPTIONS)).connect(theirs);
                Connection taken = console(factory.open(at, ADMIN, OPTIONS)).takeOver(ours)) {
            taken.write(ascii("mine"));
            ours.await("mine");

            eventually(PATIENCE, "they are notified", () -> theirs.end != null);
            assertFails(Reason.BUSY, () -> lost.write(ascii("x")));
        }
    }

    @Test
    void aReceiverThatFailsHarmsNoOtherBmc() throws Exception {
        Bmc bmc = factory.open(address, ADMIN, OPTIONS);
        Heard heard = new Heard() {
            @Override
            public void received(byte[] bytes) {
                super.received(bytes);
                throw new IllegalStateException("this receiver is broken on purpose");
            }
        };
        try (Connection connection = console(bmc).connect(heard)) {
            connection.write(ascii("a"));
            heard.await("a");
            connection.write(ascii("b"));
            heard.await("ab");
            assertThat(bmc.readPower()).isEqualTo(ChassisPower.OFF);
        }
    }

    @Test
    void closingTheBmcEndsItsConsole() throws Exception {
        Bmc bmc = factory.open(address, ADMIN, OPTIONS);
        Heard heard = new Heard();
        Connection connection = console(bmc).connect(heard);

        bmc.close();

        eventually(PATIENCE, "the end is reported", () -> heard.end != null);
        assertFails(Reason.CLOSED, () -> connection.write(ascii("x")));
        connection.close();
    }

    @Test
    void aSharedConsoleOutlivesItsBmcsSessions() throws Exception {
        Bmc bmc = factory.open(address, ADMIN, OPTIONS);
        SharedConsoleSettings quick =
                new SharedConsoleSettings(1024, 65_536, Duration.ofMillis(10), Duration.ofMillis(100));
        try (SharedConsole shared = new SharedConsole(
                        "n1", console(bmc), quick, ConsoleThreads.of(threads, System::nanoTime), Optional.empty());
                ConsoleReader reader = shared.read()) {
            for (int round = 0; round < 3; round++) {
                assertThat(reader.poll(PATIENCE)).contains(new ConsoleEvent.Connected());
                eventually(PATIENCE, "it is typed", () -> types(reader, "x"));
                assertThat(reader.poll(PATIENCE).orElseThrow()).isInstanceOf(ConsoleEvent.Output.class);
                fake.forgetSessions();
                bmc.readPower();
                assertThat(reader.poll(PATIENCE).orElseThrow()).isInstanceOf(ConsoleEvent.Disconnected.class);
            }
        }
    }

    /** The connection is reported when the machine prints, which may be just before the connection can be typed on. */
    private static boolean types(ConsoleReader reader, String text) {
        try {
            reader.write(ascii(text));
            return true;
        } catch (BmcException e) {
            return false;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aHundredConsolesLoseAndDoubleNoByteWhereOneDatagramInTwentyIsLost() throws Exception {
        long seed = 51;
        Random random = new Random(seed);
        List<Future<String>> machines = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            byte[] typed = new byte[400];
            byte[] printed = new byte[1500];
            random.nextBytes(typed);
            random.nextBytes(printed);
            machines.add(threads.submit(() -> exchange(typed, printed)));
        }
        for (Future<String> machine : machines) {
            assertThat(machine.get(100, TimeUnit.SECONDS)).as("seed " + seed).isEqualTo("whole");
        }
    }

    /** Types and prints at the same time. */
    private String exchange(byte[] typed, byte[] printed) throws InterruptedException {
        SwitchChassis machine = new SwitchChassis();
        EchoLine line = machine.line();
        line.setEcho(EchoLine.Echo.OFF);
        FakeIpmiBmc lossy = new FakeIpmiBmc(ADMIN, machine);
        lossy.setFaults(FakeFaults.NONE.with(FakeFault.DROP, 5));
        Bmc bmc = factory.open(
                server.attach(lossy, 0), ADMIN, new BmcOptions(Duration.ofSeconds(60), Duration.ofMillis(100)));
        Heard heard = new Heard();
        Connection connection = console(bmc).connect(heard);
        threads.execute(() -> {
            for (int from = 0; from < printed.length; from += 50) {
                line.print(Arrays.copyOfRange(printed, from, from + 50));
            }
        });
        for (int from = 0; from < typed.length; from += 100) {
            connection.write(Arrays.copyOfRange(typed, from, from + 100));
        }
        eventually(PATIENCE, "all that was printed is heard", () -> heard.size() >= printed.length);
        connection.close();
        if (heard.end != null || heard.gaps > 0) {
            return "ended by " + heard.end + ", gaps " + heard.gaps;
        }
        return Arrays.equals(line.typed(), typed) && Arrays.equals(heard.bytes(), printed) ? "whole" : "differs";
    }

    private static SerialConsole console(Bmc bmc) {
        return bmc.capability(SerialConsole.class).orElseThrow();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** What a console said. */
    private static class Heard implements SerialConsole.Receiver {
        private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
        private volatile @Nullable BmcException end;
        private volatile int gaps;

        @Override
        public void received(byte[] bytes) {
            synchronized (printed) {
                printed.writeBytes(bytes);
            }
        }

        @Override
        public void lost() {
            gaps = 1;
        }

        @Override
        public void ended(BmcException cause) {
            end = cause;
        }

        byte[] bytes() {
            synchronized (printed) {
                return printed.toByteArray();
            }
        }

        int size() {
            return bytes().length;
        }

        void await(String text) {
            eventually(PATIENCE, "it prints " + text, () -> Arrays.equals(bytes(), ascii(text)));
        }
    }
}
