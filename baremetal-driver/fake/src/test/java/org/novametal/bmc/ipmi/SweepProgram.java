package org.novametal.bmc.ipmi;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.fleet.PowerReading;
import org.novametal.bmc.fleet.PowerSweep;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiServer;
import org.novametal.fake.SwitchChassis;

/**
 * A program for tests that look at a sweep from outside: it starts a few fake BMCs, sweeps them and prints how many it
 * read. An argument is a program that it starts after that.
 */
final class SweepProgram {
    static final int BMCS = 20;

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private SweepProgram() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        BmcCredentials user = new BmcCredentials("admin", "s3cret");
        try (FakeIpmiServer server = FakeIpmiServer.start();
                IpmiBmcFactory factory = new IpmiBmcFactory()) {
            Map<Integer, Bmc> bmcs = new HashMap<>();
            for (int number = 0; number < BMCS; number++) {
                FakeIpmiBmc fake = new FakeIpmiBmc(user, new SwitchChassis());
                bmcs.put(number, factory.open(server.attach(fake, 0), user, BmcOptions.DEFAULTS));
            }
            AtomicInteger read = new AtomicInteger();
            new PowerSweep(new PowerSweep.Limits(LIMIT, LIMIT, BMCS), new SplittableRandom(), System::nanoTime)
                    .run(bmcs, (_, reading) -> read.addAndGet(reading instanceof PowerReading.Known ? 1 : 0));
            System.out.println(read + " read");
        }
        if (arguments.length > 0) {
            new ProcessBuilder(arguments).start().waitFor();
        }
    }
}
