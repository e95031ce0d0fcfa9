package org.novametal.fake;

import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import okhttp3.OkHttpClient;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.PowerAction;

/**
 * Any number of fake machines in one process, each behind a BMC on another UDP port. The machine of an index has the
 * same name, MAC address and UUID in every rack. Safe for several threads.
 */
public final class FakeRack implements AutoCloseable {
    private static final Duration SOFT_OFF_DELAY = Duration.ofMillis(500);
    private static final Duration FETCH_TIMEOUT = Duration.ofMinutes(5);

    private final FakeIpmiServer network;
    private final ScheduledThreadPoolExecutor timer;
    private final OkHttpClient http;
    private final List<Slot> slots = new ArrayList<>();

    /**
     * A place in the rack.
     *
     * @param machine the machine
     * @param bmc the BMC's address
     * @param fakeBmc the machine's BMC, which can have {@linkplain FakeIpmiBmc#setFaults faults}
     */
    public record Slot(FakeMachine machine, BmcAddress bmc, FakeIpmiBmc fakeBmc) {}

    private FakeRack() {
        network = FakeIpmiServer.start();
        timer = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("fake-timer").daemon().factory());
        timer.setRemoveOnCancelPolicy(true);
        http = new OkHttpClient.Builder().proxy(Proxy.NO_PROXY).build();
    }

    /**
     * Starts a rack, all machines off.
     *
     * @throws java.io.UncheckedIOException when a port is in use or a folder cannot be created; then nothing is left running
     */
    public static FakeRack start(FakeRackSettings settings) {
        FakeRack rack = new FakeRack();
        try {
            rack.fill(settings);
            return rack;
        } catch (RuntimeException e) {
            rack.close();
            throw e;
        }
    }

    private void fill(FakeRackSettings settings) {
        FakeSurroundings surroundings = new FakeSurroundings(
                new FakeDhcp(settings.dhcpFolder()), http, timer, InstantSource.system(), new Random());
        for (int index = 0; index < settings.machines(); index++) {
            FakeMachine machine = new FakeMachine(machineSettings(settings, index), surroundings);
            int port = settings.firstPort() == 0 ? 0 : settings.firstPort() + index;
            FakeIpmiBmc bmc = new FakeIpmiBmc(settings.user(), machine);
            slots.add(new Slot(machine, network.attach(bmc, port), bmc));
        }
    }

    private static FakeMachineSettings machineSettings(FakeRackSettings settings, int index) {
        String name = "fake-" + (index + 1);
        Path logFolder = settings.logFolder().toAbsolutePath();
        return new FakeMachineSettings(
                name,
                UUID.nameUUIDFromBytes(mac(index).getBytes(StandardCharsets.US_ASCII)),
                List.of(mac(index)),
                settings.stateFolder().toAbsolutePath().resolve(name),
                logFolder.resolve(name + ".log"),
                settings.diskBytes(),
                SOFT_OFF_DELAY,
                FETCH_TIMEOUT);
    }

    /** A locally administered MAC address with QEMU's prefix; the last two bytes count from one. */
    private static String mac(int index) {
        return String.format("52:54:00:00:%02x:%02x", (index + 1) >> 8, (index + 1) & 0xFF);
    }

    /** The rack's places, in order. */
    public List<Slot> slots() {
        return List.copyOf(slots);
    }

    /**
     * Cuts the power of all machines and disconnects the BMCs from the network. Returns within a limit; idempotent. The disks
     * are kept.
     */
    @Override
    public void close() {
        network.close();
        slots.forEach(slot -> slot.machine().control(PowerAction.OFF));
        slots.forEach(slot -> slot.machine().close());
        timer.shutdownNow();
        http.connectionPool().evictAll();
        http.dispatcher().executorService().shutdown();
    }
}
