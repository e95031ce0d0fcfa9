package org.novametal.bmc.redfish.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.PowerAction;
import org.novametal.fake.FakeRedfishBmc;
import org.novametal.fake.FakeRedfishBmc.Transport;
import org.novametal.fake.FakeRedfishProfile;
import org.novametal.fake.SwitchChassis;

/**
 * The program of the farm: {@code FakeRedfishFarm COUNT} starts fake services over TLS on ports of 127.0.0.1, prints {@code
 * bmc PORT PATH FINGERPRINT on|off} for each and then {@code ready}, and runs until its standard input ends. Every other
 * machine is on. It answers each line that it reads with {@code sessions COUNT}. User and password are in {@code BMC_USER} and
 * {@code BMC_PASSWORD}.
 */
final class FakeRedfishFarm {
    private FakeRedfishFarm() {}

    public static void main(String[] arguments) throws IOException {
        BmcCredentials user = new BmcCredentials(System.getenv("BMC_USER"), System.getenv("BMC_PASSWORD"));
        List<FakeRedfishBmc> bmcs = new ArrayList<>();
        StringBuilder lines = new StringBuilder();
        for (int number = 0; number < Integer.parseInt(arguments[0]); number++) {
            SwitchChassis chassis = new SwitchChassis();
            if (number % 2 == 1) {
                chassis.control(PowerAction.ON);
            }
            FakeRedfishBmc bmc = FakeRedfishBmc.start(user, chassis, FakeRedfishProfile.DEFAULTS, Transport.TLS);
            bmcs.add(bmc);
            BmcAddress address = bmc.address();
            lines.append("bmc ").append(address.port()).append(' ').append(address.path());
            lines.append(' ').append(bmc.certificateFingerprint().orElseThrow());
            lines.append(number % 2 == 1 ? " on\n" : " off\n");
        }
        System.out.print(lines + "ready\n");
        System.out.flush();
        BufferedReader questions = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        while (questions.readLine() != null) {
            System.out.println("sessions "
                    + bmcs.stream().mapToInt(FakeRedfishBmc::openSessions).sum());
        }
        // The fakes' threads would keep the process alive.
        System.exit(0);
    }
}
