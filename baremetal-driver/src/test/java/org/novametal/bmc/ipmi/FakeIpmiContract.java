package org.novametal.bmc.ipmi;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCapability;
import org.novametal.bmc.BmcContract;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BootDeviceControl;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.ChassisIdentify;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.DeviceDescription;
import org.novametal.bmc.DeviceInformation;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.PowerPolling;
import org.novametal.bmc.RawCommands;
import org.novametal.bmc.RestartCauseInquiry;
import org.novametal.bmc.SerialConsole;
import org.novametal.fake.FakeIpmiBmc;
import org.novametal.fake.FakeIpmiProfile;
import org.novametal.fake.FakeIpmiServer;
import org.novametal.fake.SwitchChassis;

/** {@link BmcContract} of our client on our fake, with a profile that the subclass chooses. */
abstract class FakeIpmiContract extends BmcContract {
    /** What the client has for every peer. */
    static final Set<Class<? extends BmcCapability>> CAPABILITIES = Set.of(
            BootDeviceControl.class,
            PowerPolling.class,
            ChassisIdentify.class,
            DeviceInformation.class,
            RestartCauseInquiry.class,
            RawCommands.class,
            SerialConsole.class);

    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");

    private final SwitchChassis chassis = new SwitchChassis();
    private final FakeIpmiServer server = FakeIpmiServer.start();
    private final IpmiBmcFactory factory = new IpmiBmcFactory();
    private final FakeIpmiBmc fake;
    private final BmcAddress address;

    FakeIpmiContract(FakeIpmiProfile profile) {
        fake = new FakeIpmiBmc(ADMIN, chassis, profile, new SecureRandom());
        address = server.attach(fake, 0);
    }

    @AfterEach
    void closeFactoryAndServer() {
        factory.close();
        server.close();
    }

    @Override
    protected BmcFactory factory() {
        return factory;
    }

    @Override
    protected BmcAddress address() {
        return address;
    }

    @Override
    protected BmcCredentials credentials() {
        return ADMIN;
    }

    @Override
    protected BmcAddress addressAt(int port) {
        return new BmcAddress("ipmi", "127.0.0.1", port, "");
    }

    @Override
    protected Set<Class<? extends BmcCapability>> capabilities() {
        return CAPABILITIES;
    }

    @Override
    protected void printOnConsole(String text) {
        chassis.line().print(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    protected String typedOnConsole() {
        return new String(chassis.line().typed(), StandardCharsets.US_ASCII);
    }

    @Override
    protected int breaksOnConsole() {
        return chassis.line().breaks();
    }

    @Override
    protected Duration machineIdentifies() {
        return chassis.identify();
    }

    @Override
    protected DeviceDescription device() {
        return new DeviceDescription("IANA 0", "0", "1.00");
    }

    @Override
    protected UUID systemUuid() {
        return chassis.systemUuid();
    }

    @Override
    protected RawSample rawSample() {
        return new RawSample(0x06, 0x01, "", "00200101000280000000" + "0000");
    }

    @Override
    protected void putMachine(ChassisPower power) {
        chassis.control(power == ChassisPower.ON ? PowerAction.ON : PowerAction.OFF);
    }

    @Override
    protected ChassisPower machinePower() {
        return chassis.isOn() ? ChassisPower.ON : ChassisPower.OFF;
    }

    @Override
    protected int machineBoots() {
        return chassis.boots();
    }

    @Override
    protected int machineInterrupts() {
        return chassis.interrupts();
    }

    @Override
    protected BootOverride machineBootOverride() {
        return chassis.bootOverride();
    }

    @Override
    protected void forgetSessions() {
        fake.forgetSessions();
    }
}
