package org.novametal.bmc.ipmi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.Fuzz;
import org.novametal.bmc.Mutator;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.ipmi.codec.CapturedMessages;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.SwitchChassis;

/**
 * Random, spoilt, old and foreign datagrams at our own port, from strangers and from the BMCs' own addresses, while sessions
 * are open. {@code -Dfuzz.flood=PT1M} lasts a minute.
 */
@Isolated("measures the heap of the process")
class DatagramFloodFuzzTest {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");
    private static final int BMCS = 4;
    private static final int DATAGRAMS_A_BURST = 40;
    private static final int BURSTS_BEFORE_MEASURING = 200;

    /** How much more of the heap may be in use after the flood: what other parts of this Java do meanwhile. */
    private static final long GROWTH_BYTES = 4L << 20;

    private final long seed = Fuzz.seeds().reduce(0, (_, last) -> last);
    private final Random random = new Random(seed);
    private final Mutator mutator = new Mutator(CapturedMessages.datagrams());
    private final IpmiBmcFactory factory = new IpmiBmcFactory();
    private final List<Site> sites = new ArrayList<>();

    private record Site(SwitchChassis chassis, FakeIpmiBmc fake, BentWire wire, Bmc bmc) {}

    @AfterEach
    void close() {
        factory.close();
        sites.forEach(site -> site.wire().close());
    }

    @Test
    void aFloodChangesNoAnswerEndsNoSessionAndKeepsNoMemory() throws Exception {
        for (int i = 0; i < BMCS; i++) {
            sites.add(site());
        }
        long end = System.nanoTime()
                + Duration.parse(System.getProperty("fuzz.flood", "PT2S")).toNanos();
        long[] bursts = {0};
        try (DatagramSocket stranger = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            flood(stranger, () -> bursts[0]++ < BURSTS_BEFORE_MEASURING);
            long before = usedHeapBytes();

            flood(stranger, () -> bursts[0]++ < 2 * BURSTS_BEFORE_MEASURING || System.nanoTime() - end < 0);

            long grown = usedHeapBytes() - before;
            System.out.printf(
                    "flood: -Dfuzz.seed=%d, %d datagrams, heap in use %+d KiB%n",
                    seed, bursts[0] * DATAGRAMS_A_BURST * 2, grown >> 10);
            assertThat(grown).as("growth of the heap, seed " + seed).isLessThan(GROWTH_BYTES);
        }
        assertThat(sites).allMatch(site -> site.fake().sessionCount() == 1);
    }

    private Site site() throws InterruptedException {
        SwitchChassis chassis = new SwitchChassis();
        FakeIpmiBmc fake = new FakeIpmiBmc(ADMIN, chassis);
        BentWire wire = new BentWire(InetAddress.getLoopbackAddress(), fake, 0);
        // A busy machine that runs the test may answer late, which is no fault.
        BmcOptions patient = new BmcOptions(Duration.ofSeconds(30), Duration.ofSeconds(2));
        Bmc bmc = factory.open(new BmcAddress("ipmi", "127.0.0.1", wire.port(), ""), ADMIN, patient);
        bmc.readPower();
        return new Site(chassis, fake, wire, bmc);
    }

    /** Bursts that the port's buffer can hold, each with a question behind it: lost answers are not what is tried here. */
    private void flood(DatagramSocket stranger, BooleanSupplier goOn) throws IOException, InterruptedException {
        while (goOn.getAsBoolean()) {
            Site site = sites.get(random.nextInt(sites.size()));
            boolean on = random.nextBoolean();
            site.chassis().control(on ? PowerAction.ON : PowerAction.OFF);
            for (int i = 0; i < DATAGRAMS_A_BURST; i++) {
                byte[] datagram = datagram(site);
                site.wire().send(datagram);
                stranger.send(new DatagramPacket(
                        datagram, datagram.length, site.wire().console()));
            }
            assertThat(site.bmc().readPower()).as("seed " + seed).isEqualTo(on ? ChassisPower.ON : ChassisPower.OFF);
        }
    }

    private byte[] datagram(Site site) {
        byte[] last = site.wire().lastAnswer();
        byte[] others = sites.get(random.nextInt(sites.size())).wire().lastAnswer();
        byte[] datagram = switch (random.nextInt(4)) {
            case 0 -> mutator.next(random);
            case 1 -> mutator.spoil(others, random);
            default -> mutator.spoil(last, random);
        };
        // More is no datagram.
        return datagram.length > 1_400 ? new byte[1_400] : datagram;
    }

    private static long usedHeapBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
