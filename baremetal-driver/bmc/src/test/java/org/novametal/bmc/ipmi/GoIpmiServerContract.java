package org.novametal.bmc.ipmi;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcContract;
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

/** {@link BmcContract} of a client on go-ipmi's {@code goipmi-server}; the subclass chooses client and cipher suite. */
public abstract class GoIpmiServerContract extends ClientContract {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");

    private final int cipherSuite;
    private GoIpmiServer server;

    /** The contract of a client with the only cipher suite that the server accepts. */
    protected GoIpmiServerContract(ClientUnderTest client, int cipherSuite) {
        super(client);
        this.cipherSuite = cipherSuite;
    }

    @BeforeEach
    final void start(@TempDir Path directory) throws IOException {
        server = new GoIpmiServer(directory, ADMIN, cipherSuite);
    }

    @Override
    protected void stopPeer() throws InterruptedException {
        server.stop();
    }

    /**
     * The server's machine is a power state in memory that only on and off change; the server accepts the other requests
     * and counts some of them, as identify, in variables that cannot be read. It has no handler for the restart cause and
     * the system GUID, and refuses the diagnostic interrupt. Its console is a pseudo-terminal, which has no break. It
     * answers an unknown user as if the user had a password.
     */
    @Override
    protected Set<Deviation> deviations() {
        return EnumSet.of(
                Deviation.MACHINE_BOOTS_ARE_NOT_SEEN,
                Deviation.SOFT_OFF_LEAVES_IT_ON,
                Deviation.RESET_OF_A_MACHINE_THAT_IS_OFF_IS_TAKEN,
                Deviation.NO_DIAGNOSTIC_INTERRUPT,
                Deviation.NO_RESTART_CAUSE,
                Deviation.NO_SYSTEM_UUID,
                Deviation.IDENTIFY_IS_NOT_SEEN,
                Deviation.CONSOLE_BREAKS_ARE_LOST,
                Deviation.UNKNOWN_USER_IS_A_WRONG_PASSWORD);
    }

    /** The server requires an administrator for its console. */
    @Override
    protected BmcOptions options() {
        return super.options().withPrivilege(BmcOptions.Privilege.ADMINISTRATOR);
    }

    @Override
    protected BmcAddress address() {
        return addressAt(server.host(), server.port());
    }

    @Override
    protected BmcCredentials credentials() {
        return ADMIN;
    }

    @Override
    protected void putMachine(ChassisPower power) {
        server.put(power == ChassisPower.ON);
    }

    @Override
    protected ChassisPower machinePower() {
        return server.isOn() ? ChassisPower.ON : ChassisPower.OFF;
    }

    @Override
    protected int machineBoots() {
        throw new UnsupportedOperationException("goipmi-server keeps the count to itself");
    }

    @Override
    protected int machineInterrupts() {
        return 0;
    }

    /** IPMI 2.0 table 28-14, parameter 5; decoded here by other code than the client's. */
    @Override
    protected BootOverride machineBootOverride() {
        byte[] flags = server.bootFlags();
        if ((flags[0] & 0x80) == 0) {
            throw new IllegalStateException("the boot flags are not valid");
        }
        BootDevice device = switch (flags[1] >> 2 & 0x0f) {
            case 0 -> BootDevice.NONE;
            case 1 -> BootDevice.NETWORK;
            case 2 -> BootDevice.DISK;
            case 5 -> BootDevice.CDROM;
            case 6 -> BootDevice.FIRMWARE_SETUP;
            default -> throw new IllegalStateException("the second byte of the boot flags is " + flags[1]);
        };
        return new BootOverride(
                device,
                (flags[0] & 0x40) == 0 ? BootPersistence.ONCE : BootPersistence.PERSISTENT,
                (flags[0] & 0x20) == 0 ? BootFirmware.BIOS : BootFirmware.UEFI);
    }

    @Override
    protected DeviceDescription device() {
        return new DeviceDescription("IANA 343", "1", "1.00");
    }

    @Override
    protected RawSample rawSample() {
        return new RawSample(0x06, 0x01, "", "0020010100203b" + "570100" + "0100");
    }

    @Override
    protected void printOnConsole(String text) {
        server.serial().print(text);
    }

    @Override
    protected String typedOnConsole() {
        return server.serial().typed();
    }

    @Override
    protected int breaksOnConsole() {
        return 0;
    }

    @Override
    protected void forgetSessions() throws IOException {
        server.restart();
    }
}
