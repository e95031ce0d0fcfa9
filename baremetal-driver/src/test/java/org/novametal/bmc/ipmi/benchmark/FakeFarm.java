package org.novametal.bmc.ipmi.benchmark;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;
import org.novametal.fake.FakeIpmiServer;
import org.novametal.fake.SwitchChassis;

/**
 * The program of the farm: {@code FakeFarm LIVING DEAD THREADS SUITE} puts fake BMCs on ports of 127.0.0.1, prints {@code bmc
 * PORT on|off|dead} for each and then {@code ready}, and runs until its standard input ends. A dead one is a port that nobody
 * reads. Every other living one is on. To each line that it reads it answers {@code sessions COUNT}.
 *
 * <p>User and password are in {@code IPMI_USER} and {@code IPMI_PASSWORD}. Exit code 1 says that the system's limits are too
 * low.
 */
final class FakeFarm {
    private static final int OTHER_FILES = 200;

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
        List<FakeIpmiBmc> bmcs = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        for (int number = 0; number < living; number++) {
            SwitchChassis chassis = new SwitchChassis();
            ChassisPower power = number % 2 == 0 ? ChassisPower.OFF : ChassisPower.ON;
            if (power == ChassisPower.ON) {
                chassis.control(PowerAction.ON);
            }
            FakeIpmiBmc bmc = new FakeIpmiBmc(user, chassis, profile, random);
            bmcs.add(bmc);
            int port = servers.get(number % threads).attach(bmc, 0).port();
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
        while (questions.readLine() != null) {
            System.out.println("sessions "
                    + bmcs.stream().mapToInt(FakeIpmiBmc::sessionCount).sum());
        }
        servers.forEach(FakeIpmiServer::close);
        unread.forEach(DatagramSocket::close);
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
