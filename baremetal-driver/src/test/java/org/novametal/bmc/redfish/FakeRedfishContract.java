package org.novametal.bmc.redfish;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcContract;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.DeviceDescription;
import org.novametal.bmc.PowerAction;
import org.novametal.fake.FakeRedfishBmc;
import org.novametal.fake.FakeRedfishProfile;
import org.novametal.fake.SwitchChassis;

/** {@link BmcContract} of our client on our fake over TLS, pinned, with a profile that the subclass chooses. */
abstract class FakeRedfishContract extends RedfishContract {
    private static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");

    private final SwitchChassis chassis = new SwitchChassis();
    private final FakeRedfishBmc fake;

    FakeRedfishContract(FakeRedfishProfile profile) {
        fake = FakeRedfishBmc.start(ADMIN, chassis, profile, FakeRedfishBmc.Transport.TLS);
    }

    @AfterEach
    void closeFake() {
        fake.close();
    }

    /** Redfish has no time in its light, and does not say which of name and password is wrong. */
    @Override
    protected Set<Deviation> deviations() {
        return EnumSet.of(Deviation.IDENTIFY_IS_NOT_TIMED, Deviation.UNKNOWN_USER_IS_A_WRONG_PASSWORD);
    }

    @Override
    protected BmcOptions options() {
        return super.options()
                .withCertificateFingerprint(fake.certificateFingerprint().orElseThrow());
    }

    @Override
    protected BmcAddress address() {
        return fake.address();
    }

    @Override
    protected BmcCredentials credentials() {
        return ADMIN;
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
    protected Duration machineIdentifies() {
        return chassis.identify();
    }

    @Override
    protected DeviceDescription device() {
        return new DeviceDescription("nova-metal", "Fake BMC", "1.0");
    }

    @Override
    protected UUID systemUuid() {
        return chassis.systemUuid();
    }

    @Override
    protected void forgetSessions() {
        fake.forgetSessions();
    }
}
