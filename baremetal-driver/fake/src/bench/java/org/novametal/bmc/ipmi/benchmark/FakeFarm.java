package org.novametal.bmc.ipmi.benchmark;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.fake.EchoLine;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;
import org.novametal.fake.FakeIpmiServer;
import org.novametal.fake.SwitchChassis;

/**
 * The program of the farm: {@code FakeFarm LIVING DEAD THREADS SUITE} puts fake BMCs on ports of 127.0.0.1, prints {@code bmc
 * PORT on|off|dead} for each and then {@code ready}, and runs until its standard input ends. A dead one is a port that nobody
 * reads. Every other living one is on. It answers each line that it reads:
 *
 * <ul>
 *   <li>{@code sessions} with {@code sessions COUNT};
 *   <li>{@code lose PERCENT}, of the datagrams each way, with {@code loses}; all sessions are forgotten then;
 *   <li>{@code print BYTES}, on the consoles of all machines at once, with {@code prints}: the {@link NumberedText} of each.
 * </ul>
 *
 * <p>User and password are in {@code IPMI_USER} and {@code IPMI_PASSWORD}. Exit code 1 says that the system's limits are too
 * low.
 */
final class FakeFarm {
    private static final int OTHER_FILES = 200;
    /** What a machine prints at once; the BMC takes it together with what came before. */
    private static final int PIECE = 1024;

    private static final int MOST_TRIES = 100;

    private FakeFarm() {}

    public static void main(String[] arguments) throws IOException {
        int living = Integer.parseInt(arguments[0]);
        int dead = Integer.parseInt(arguments[1]);
        requireFiles(living + dead + OTHER_FILES);
        int threads = Integer.parseInt(arguments[2]);
        CipherSuite suite = CipherSuite.valueOf("SUITE_" + arguments[3]);
        BmcCredentials user = new BmcCredentials(System.getenv("IPMI_USER"), System.getenv("IPMI_PASSWORD"));
        FakeIpmiProfile profile = FakeIpmiProfile.DEFAULTS.withCipherSuites(List.of(suite));
        // Fakes need no secrets that nobody can guess.
        Random random = new Random();
        List<FakeIpmiServer> servers = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
            servers.add(FakeIpmiServer.start());
        }
        List<Machine> machines = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        for (int number = 0; number < living; number++) {
            SwitchChassis chassis = new SwitchChassis();
            ChassisPower power = number % 2 == 0 ? ChassisPower.OFF : ChassisPower.ON;
            if (power == ChassisPower.ON) {
                chassis.control(PowerAction.ON);
            }
            FakeIpmiBmc bmc = new FakeIpmiBmc(user, chassis, profile, random);
            int port = attach(bmc, servers.get(number % threads), random);
            machines.add(new Machine(number, bmc, chassis.line()));
            lines.append("bmc ").append(port).append(power == ChassisPower.ON ? " on\n" : " off\n");
        }
        List<DatagramSocket> unread = new ArrayList<>();
        for (int number = 0; number < dead; number++) {
            DatagramSocket socket = new DatagramSocket(0, InetAddress.ofLiteral("127.0.0.1"));
            unread.add(socket);
            lines.append("bmc ").append(socket.getLocalPort()).append(" dead\n");
        }
        System.out.print(lines + "ready\n");
        System.out.flush();
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String question = questions.readLine(); question != null; question = questions.readLine()) {
            System.out.println(answer(question.split(" ", -1), machines));
        }
        servers.forEach(FakeIpmiServer::close);
        unread.forEach(DatagramSocket::close);
    }

    /** FreeIPMI's ipmiconsole takes no port above 32,767. */
    private static int attach(FakeIpmiBmc bmc, FakeIpmiServer server, Random random) {
        for (int tries = 1; tries < MOST_TRIES; tries++) {
            try {
                return server.attach(bmc, random.nextInt(10_000, 32_768)).port();
            } catch (UncheckedIOException ignored) {
                // Taken: another one is free.
            }
        }
        return server.attach(bmc, 0).port();
    }

    private static String answer(String[] question, List<Machine> machines) {
        return switch (question[0]) {
            case "sessions" ->
                "sessions "
                        + machines.stream()
                                .mapToInt(machine -> machine.bmc().sessionCount())
                                .sum();
            case "lose" -> {
                int percent = Integer.parseInt(question[1]);
                FakeFaults faults = percent == 0 ? FakeFaults.NONE : FakeFaults.NONE.with(FakeFault.DROP, percent);
                machines.forEach(machine -> machine.bmc().setFaults(faults));
                machines.forEach(machine -> machine.bmc().forgetSessions());
                yield "loses";
            }
            case "print" -> {
                int length = Integer.parseInt(question[1]);
                machines.forEach(machine -> machine.print(length));
                yield "prints";
            }
            default -> throw new IllegalArgumentException("no such question: " + question[0]);
        };
    }

    private record Machine(int number, FakeIpmiBmc bmc, EchoLine line) {
        /** All at once, as fast as the BMC takes it. */
        void print(int length) {
            byte[] text = NumberedText.of(number, length);
            for (int from = 0; from < length; from += PIECE) {
                line.print(Arrays.copyOfRange(text, from, Math.min(length, from + PIECE)));
            }
        }
    }

    private static void requireFiles(int needed) {
        if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean system
                && system.getMaxFileDescriptorCount() < needed) {
            System.err.println("the farm needs " + needed + " open files, the limit is "
                    + system.getMaxFileDescriptorCount() + ": raise it (ulimit -n " + needed + ") or take fewer BMCs");
            System.exit(1);
        }
    }
}
