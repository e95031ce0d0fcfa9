package org.novametal.bmc.ipmi;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcContract;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.ClientContract;
import org.novametal.bmc.ClientUnderTest;
import org.novametal.bmc.DeviceDescription;

/**
 * {@link BmcContract} of a client on OpenIPMI's {@code ipmi_sim}, which offers cipher suite 3; the subclass chooses the
 * client.
 */
public abstract class IpmiSimContract extends ClientContract {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret");

    private IpmiSim simulator;

    /** The contract of a client. */
    protected IpmiSimContract(ClientUnderTest client) {
        super(client);
    }

    @BeforeEach
    final void start(@TempDir Path directory) throws IOException {
        simulator = new IpmiSim(directory, ADMIN.username(), ADMIN.password());
    }

    @Override
    protected void stopPeer() throws InterruptedException {
        simulator.stop();
    }

    /**
     * The simulator always reports the flags byte of the boot options as 0, and supports neither the diagnostic interrupt
     * nor the restart cause.
     */
    @Override
    protected Set<Deviation> deviations() {
        return EnumSet.of(
                Deviation.BOOT_OVERRIDE_IS_NOT_READ_BACK,
                Deviation.BOOT_OVERRIDE_IS_ONLY_A_DEVICE,
                Deviation.NO_DIAGNOSTIC_INTERRUPT,
                Deviation.NO_RESTART_CAUSE);
    }

    @Override
    protected BmcAddress address() {
        return addressAt(simulator.port());
    }

    @Override
    protected BmcCredentials credentials() {
        return ADMIN;
    }

    @Override
    protected void putMachine(ChassisPower power) {
        simulator.write("power", power == ChassisPower.ON ? "1" : "0");
    }

    @Override
    protected ChassisPower machinePower() {
        return simulator.read("power").equals("1") ? ChassisPower.ON : ChassisPower.OFF;
    }

    @Override
    protected int machineBoots() {
        return Math.toIntExact(simulator.read("boots").lines().count());
    }

    @Override
    protected int machineInterrupts() {
        return 0;
    }

    @Override
    protected BootOverride machineBootOverride() {
        String seen = simulator.read("boot");
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
    protected Duration machineIdentifies() {
        String[] secondsAndForce = simulator.read("identify").split(" ", -1);
        return secondsAndForce[1].equals("1") ? UNTIL_STOPPED : Duration.ofSeconds(Long.parseLong(secondsAndForce[0]));
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
    protected void printOnConsole(String text) {
        simulator.serial().print(text);
    }

    @Override
    protected String typedOnConsole() {
        return simulator.serial().typed();
    }

    @Override
    protected int breaksOnConsole() {
        return simulator.serial().breaks();
    }

    @Override
    protected void forgetSessions() throws IOException, InterruptedException {
        simulator.restart();
    }
}
