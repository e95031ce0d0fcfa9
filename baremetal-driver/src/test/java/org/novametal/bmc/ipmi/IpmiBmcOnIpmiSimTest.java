package org.novametal.bmc.ipmi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcContract;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.ChassisIdentify;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.DeviceDescription;
import org.novametal.bmc.DeviceInformation;
import org.novametal.bmc.PowerPolling;
import org.novametal.bmc.RawCommands;
import org.novametal.bmc.RestartCauseInquiry;
import org.novametal.bmc.SerialConsole;

/** The contract of our client on OpenIPMI's {@code ipmi_sim}, which offers cipher suite 3. */
@Tag("peers")
class IpmiBmcOnIpmiSimTest extends BmcContract {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");

    @TempDir
    @Nullable
    Path directory;

    private final IpmiBmcFactory factory = new IpmiBmcFactory();
    private @Nullable IpmiSim simulator;

    @BeforeEach
    void start() throws IOException {
        simulator = new IpmiSim(Objects.requireNonNull(directory), ADMIN.username(), ADMIN.password());
    }

    @AfterEach
    void stop() throws InterruptedException {
        factory.close();
        simulator().stop();
    }

    private IpmiSim simulator() {
        return Objects.requireNonNull(simulator, "the simulator was not started");
    }

    /** It reports the flags byte of the boot options as 0 always, has no pulse of a diagnostic interrupt, and no cause. */
    @Override
    protected Set<Deviation> deviations() {
        return EnumSet.of(
                Deviation.BOOT_OVERRIDE_IS_NOT_READ_BACK,
                Deviation.BOOT_OVERRIDE_IS_ONLY_A_DEVICE,
                Deviation.NO_DIAGNOSTIC_INTERRUPT,
                Deviation.NO_RESTART_CAUSE);
    }

    @Override
    protected Set<Class<? extends BmcCapability>> capabilities() {
        return Set.of(
                BootDeviceControl.class,
                PowerPolling.class,
                ChassisIdentify.class,
                DeviceInformation.class,
                RestartCauseInquiry.class,
                RawCommands.class,
                SerialConsole.class);
    }

    @Override
    protected void printOnConsole(String text) {
        simulator().serial().print(text);
    }

    @Override
    protected String typedOnConsole() {
        return simulator().serial().typed();
    }

    @Override
    protected int breaksOnConsole() {
        return simulator().serial().breaks();
    }

    @Override
    protected Duration machineIdentifies() {
        String secondsAndForce = read("identify");
        int space = secondsAndForce.indexOf(' ');
        return secondsAndForce.endsWith(" 1")
                ? UNTIL_STOPPED
                : Duration.ofSeconds(Long.parseLong(secondsAndForce.substring(0, space)));
    }

    @Override
    protected DeviceDescription device() {
        return new DeviceDescription("IANA 4753", "3842", "9.08");
    }

    @Override
    protected UUID systemUuid() {
        return UUID.fromString("efcdab89-6745-23a1-efcd-ab89674523a1");
    }

    @Override
    protected RawSample rawSample() {
        return new RawSample(0x06, 0x01, "", "00000309" + "08029f911200" + "020f00000000");
    }

    @Override
    protected BmcFactory factory() {
        return factory;
    }

    @Override
    protected BmcAddress address() {
        return addressAt(simulator().port());
    }

    @Override
    protected BmcAddress addressAt(int port) {
        return new BmcAddress("ipmi", "127.0.0.1", port, "");
    }

    @Override
    protected BmcCredentials credentials() {
        return ADMIN;
    }

    @Override
    protected void putMachine(ChassisPower power) {
        try {
            simulator().write("power", power == ChassisPower.ON ? "1" : "0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected ChassisPower machinePower() {
        return read("power").equals("1") ? ChassisPower.ON : ChassisPower.OFF;
    }

    @Override
    protected int machineBoots() {
        try {
            return Math.toIntExact(simulator().lines("boots"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    protected int machineInterrupts() {
        return 0;
    }

    @Override
    protected BootOverride machineBootOverride() {
        String seen = read("boot");
        BootDevice device = switch (seen) {
            case "none" -> BootDevice.NONE;
            case "pxe" -> BootDevice.NETWORK;
            case "default" -> BootDevice.DISK;
            case "cdrom" -> BootDevice.CDROM;
            case "bios" -> BootDevice.FIRMWARE_SETUP;
            default -> throw new IllegalStateException("ipmi_sim set boot device " + seen);
        };
        return new BootOverride(device, BootPersistence.ONCE, BootFirmware.BIOS);
    }

    @Override
    protected void forgetSessions() {
        try {
            simulator().restart();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while ipmi_sim was started again", e);
        }
    }

    private String read(String name) {
        try {
            return simulator().read(name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
