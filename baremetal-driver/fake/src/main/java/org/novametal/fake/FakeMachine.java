package org.novametal.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.RestartCause;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.IdentifyInterval;

/**
 * A machine without hardware: it has power, a boot override, a disk, NICs and a serial port, and boots like a real machine
 * when it is switched on.
 *
 * <p>To boot from the network, it requests a DHCP lease, fetches its iPXE script, kernel and ramdisk over HTTP, and runs the
 * deploy agent that the kernel command line describes. To boot from the disk, it prints
 * {@code BOOTED sha256=HEX hostname=NAME} to its serial port: the digest of as many bytes of its disk as the agent last wrote
 * (of the whole disk, when no agent did), and the name that DHCP gave, or {@code (none)}. Its default boot order is disk,
 * then network; after a failed network boot it tries the disk. Disk and image length outlive the process, power and boot
 * override do not.
 *
 * <p>Safe for several threads. The work of a machine that is on runs in its own threads, and ends at once when the power is
 * cut.
 */
public final class FakeMachine implements FakeChassis, AutoCloseable {
    private static final BootOverride NO_OVERRIDE =
            new BootOverride(BootDevice.NONE, BootPersistence.PERSISTENT, BootFirmware.BIOS);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(10);

    /** The activity of a machine. */
    public enum Activity {
        /** The machine has no power. */
        OFF,
        /** Its firmware looks for a bootable device. */
        STARTING,
        /** The deploy ramdisk runs. */
        RAMDISK,
        /** The operating system on its disk runs. */
        OPERATING_SYSTEM,
        /** It has power, but no bootable device. */
        HALTED
    }

    private final FakeMachineSettings settings;
    private final FakeSurroundings surroundings;
    private final SerialLog serial;

    private final ReentrantLock lock = new ReentrantLock();
    /** Signalled when {@link #activity} changes. */
    private final Condition changed = lock.newCondition();
    /** Guarded by {@link #lock}, as are all fields below. */
    private BootOverride override = NO_OVERRIDE;

    private Instant identifiesUntil = Instant.MIN;
    private RestartCause restartCause = RestartCause.UNKNOWN;

    private Activity activity = Activity.OFF;
    private @Nullable MachineRun run;
    private @Nullable MachineRun lastRun;
    private @Nullable Future<?> pendingSoftOff;
    private boolean closed;

    /**
     * Creates a machine that is off, and creates its folders if they are missing.
     *
     * @throws UncheckedIOException when a folder cannot be created
     */
    public FakeMachine(FakeMachineSettings settings, FakeSurroundings surroundings) {
        this.settings = settings;
        this.surroundings = surroundings;
        this.serial = new SerialLog(settings.serialLog());
        try {
            Files.createDirectories(settings.stateFolder());
            Path logFolder = settings.serialLog().toAbsolutePath().getParent();
            if (logFolder != null) {
                Files.createDirectories(logFolder);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("machine " + settings.name() + " cannot create its folders", e);
        }
    }

    /** The machine's hardware. */
    public FakeMachineSettings settings() {
        return settings;
    }

    /**
     * The files of the config drive on the machine's disk, by path; none without a drive.
     *
     * @throws IOException when the disk cannot be read, or the drive is damaged
     */
    public Map<String, byte[]> configDrive() throws IOException {
        try (FakeDisk disk = FakeDisk.open(settings.stateFolder().resolve("disk"), settings.diskBytes())) {
            return FakeConfigDrive.read(disk).map(FakeConfigDrive.Found::files).orElse(Map.of());
        }
    }

    /** The machine's current activity. */
    public Activity activity() {
        lock.lock();
        try {
            return activity;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until the machine has that activity.
     *
     * @return whether the machine had it within the limit
     */
    public boolean await(Activity wanted, Duration limit) throws InterruptedException {
        long left = limit.toNanos();
        lock.lock();
        try {
            while (activity != wanted && left > 0) {
                left = changed.awaitNanos(left);
            }
            return activity == wanted;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isOn() {
        return activity() != Activity.OFF;
    }

    @Override
    public void control(PowerAction action) {
        lock.lock();
        try {
            boolean on = run != null;
            switch (action) {
                case ON -> {
                    if (!on) {
                        powerOn();
                    }
                }
                case OFF -> powerOff();
                case CYCLE, RESET -> {
                    if (on) {
                        powerOff();
                        powerOn();
                    }
                }
                case SOFT_OFF -> softOff();
                case DIAGNOSTIC_INTERRUPT -> {
                    if (runsSystem()) {
                        serial.print("NMI received");
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public BootOverride bootOverride() {
        lock.lock();
        try {
            return override;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void setBootOverride(BootOverride wanted) {
        lock.lock();
        try {
            override = wanted;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void identify(Duration interval) {
        lock.lock();
        try {
            identifiesUntil = interval.equals(IdentifyInterval.UNTIL_STOPPED)
                    ? Instant.MAX
                    : surroundings.clock().instant().plus(interval);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the machine's identification light is on. */
    public boolean isIdentifying() {
        lock.lock();
        try {
            return surroundings.clock().instant().isBefore(identifiesUntil);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public RestartCause restartCause() {
        lock.lock();
        try {
            return restartCause;
        } finally {
            lock.unlock();
        }
    }

    /** While the machine is on, it prints the characters that are typed, and {@code Break} for a serial break. */
    @Override
    public Optional<FakeSerialLine> serialLine() {
        return Optional.of(new Line());
    }

    private final class Line implements FakeSerialLine {
        @Override
        public boolean type(Bytes characters) {
            boolean on = isOn();
            if (on && characters.length() > 0) {
                serial.print(characters);
            }
            return on;
        }

        @Override
        public void sendBreak() {
            if (isOn()) {
                serial.print("Break");
            }
        }

        @Override
        public void listen(Consumer<Bytes> listener) {
            serial.listen(listener);
        }
    }

    @Override
    public UUID systemUuid() {
        return settings.systemUuid();
    }

    /**
     * Cuts the power and waits until the machine's threads have ended, ten seconds at most. It cannot be switched on again.
     */
    @Override
    public void close() {
        MachineRun ending;
        lock.lock();
        try {
            closed = true;
            powerOff();
            ending = lastRun;
        } finally {
            lock.unlock();
        }
        try {
            if (ending != null && !ending.awaitEnd(CLOSE_LIMIT)) {
                throw new IllegalStateException("machine " + settings.name() + " did not stop within " + CLOSE_LIMIT);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void powerOn() {
        if (closed) {
            return;
        }
        restartCause = RestartCause.CHASSIS_CONTROL;
        List<BootDevice> order = bootOrder(override.device());
        if (override.persistence() == BootPersistence.ONCE) {
            override = NO_OVERRIDE;
        }
        MachineRun starting = new MachineRun(settings, surroundings, serial, order, lastRun, new Observer());
        run = starting;
        lastRun = starting;
        become(Activity.STARTING);
        serial.print("Power on, boot order " + order);
        starting.start();
    }

    /** The boot devices in the order in which they are tried. */
    private static List<BootDevice> bootOrder(BootDevice device) {
        return switch (device) {
            case NONE -> List.of(BootDevice.DISK, BootDevice.NETWORK);
            case NETWORK -> List.of(BootDevice.NETWORK, BootDevice.DISK);
            case DISK -> List.of(BootDevice.DISK);
            case CDROM -> List.of(BootDevice.CDROM, BootDevice.DISK);
            case FIRMWARE_SETUP -> List.of(BootDevice.FIRMWARE_SETUP);
        };
    }

    private void powerOff() {
        MachineRun running = run;
        if (running != null) {
            running.end();
            run = null;
            if (pendingSoftOff != null) {
                pendingSoftOff.cancel(false);
                pendingSoftOff = null;
            }
            serial.print("Power off");
            become(Activity.OFF);
        }
    }

    /** Requests the operating system to stop; has no effect when none is running. */
    private void softOff() {
        MachineRun asked = run;
        if (asked != null && runsSystem()) {
            serial.print("Power button pressed");
            pendingSoftOff = surroundings
                    .timer()
                    .schedule(
                            () -> powerOffIfStill(asked),
                            settings.softOffDelay().toMillis(),
                            TimeUnit.MILLISECONDS);
        }
    }

    private void powerOffIfStill(MachineRun asked) {
        lock.lock();
        try {
            if (run == asked) {
                powerOff();
            }
        } finally {
            lock.unlock();
        }
    }

    private boolean runsSystem() {
        return activity == Activity.RAMDISK || activity == Activity.OPERATING_SYSTEM;
    }

    private void become(Activity next) {
        activity = next;
        changed.signalAll();
    }

    /** Receives the reports of runs, and ignores those of runs that are no longer current. */
    private final class Observer implements MachineRun.Observer {
        @Override
        public void reached(MachineRun source, Activity next) {
            lock.lock();
            try {
                if (run == source) {
                    become(next);
                }
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void powerOff(MachineRun source) {
            powerOffIfStill(source);
        }
    }
}
