package org.novametal.bmc.redfish;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.ClientContract;
import org.novametal.bmc.ClientUnderTest;
import org.novametal.bmc.DeviceDescription;

/** The contract of our client on OpenStack's {@code sushy-emulator}, pinned: basic authentication, no power cycle. */
@Tag("peers")
class RedfishBmcOnSushyEmulatorTest extends ClientContract {
    private SushyEmulator emulator;

    RedfishBmcOnSushyEmulatorTest() {
        super(ClientUnderTest.redfish());
    }

    @BeforeEach
    void start(@TempDir Path directory) throws IOException {
        emulator = new SushyEmulator(directory);
    }

    @Override
    protected void stopPeer() throws InterruptedException {
        emulator.stop();
    }

    /**
     * It says {@code Continuous} of every override, lists {@code Nmi} and answers 501, and has no firmware setup; the other
     * two are Redfish's.
     */
    @Override
    protected Set<Deviation> deviations() {
        return EnumSet.of(
                Deviation.BOOT_OVERRIDE_IS_NOT_READ_BACK,
                Deviation.BOOT_OVERRIDE_IS_ONLY_A_DEVICE,
                Deviation.NO_DIAGNOSTIC_INTERRUPT,
                Deviation.NO_FIRMWARE_SETUP,
                Deviation.IDENTIFY_IS_NOT_TIMED,
                Deviation.UNKNOWN_USER_IS_A_WRONG_PASSWORD);
    }

    /** A cycle is off and on there, and off alone takes it up to 11 seconds. */
    @Override
    protected BmcOptions options() {
        return new BmcOptions(Duration.ofSeconds(30), Duration.ofMillis(250))
                .withCertificateFingerprint(emulator.certificateFingerprint());
    }

    @Override
    protected BmcAddress address() {
        return new BmcAddress(
                "redfish", "127.0.0.1", emulator.port(), "/redfish/v1/Systems/" + SushyEmulator.SYSTEM_UUID);
    }

    @Override
    protected BmcCredentials credentials() {
        return SushyEmulator.ADMIN;
    }

    @Override
    protected void putMachine(ChassisPower power) throws IOException, InterruptedException {
        emulator.putPower(power == ChassisPower.ON ? "On" : "Off");
    }

    @Override
    protected ChassisPower machinePower() {
        return emulator.system().path("PowerState").asText().equals("On") ? ChassisPower.ON : ChassisPower.OFF;
    }

    @Override
    protected int machineBoots() {
        return emulator.boots();
    }

    @Override
    protected int machineInterrupts() {
        return 0;
    }

    @Override
    protected BootOverride machineBootOverride() {
        String target =
                emulator.system().path("Boot").path("BootSourceOverrideTarget").asText();
        BootDevice device = switch (target) {
            case "None" -> BootDevice.NONE;
            case "Pxe" -> BootDevice.NETWORK;
            case "Hdd" -> BootDevice.DISK;
            case "Cd" -> BootDevice.CDROM;
            default -> throw new IllegalStateException("sushy-emulator set boot target " + target);
        };
        return new BootOverride(device, BootPersistence.PERSISTENT, BootFirmware.UEFI);
    }

    @Override
    protected Duration machineIdentifies() {
        return emulator.system().path("IndicatorLED").asText().equals("Off") ? Duration.ZERO : UNTIL_STOPPED;
    }

    @Override
    protected DeviceDescription device() {
        return new DeviceDescription("Sushy Emulator", "Joo Janta 200", "1.00");
    }

    @Override
    protected UUID systemUuid() {
        return UUID.fromString(SushyEmulator.SYSTEM_UUID);
    }

    /** It has no sessions; it restarts. */
    @Override
    protected void forgetSessions() throws IOException, InterruptedException {
        emulator.restart();
    }
}
