package org.novametal.bmc;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import org.novametal.fake.SwitchChassis;

/** {@link BmcContract} of a client of ours on a fake of ours; the subclass puts that before the {@link #chassis}. */
public abstract class FakeContract extends ClientContract {
    /** The user of the fake. */
    protected static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");

    /** The machine behind the fake. */
    protected final SwitchChassis chassis = new SwitchChassis();

    /** The contract of a client. */
    protected FakeContract(ClientUnderTest client) {
        super(client);
    }

    @Override
    protected final BmcCredentials credentials() {
        return ADMIN;
    }

    @Override
    protected final void putMachine(ChassisPower power) {
        chassis.control(power == ChassisPower.ON ? PowerAction.ON : PowerAction.OFF);
    }

    @Override
    protected final ChassisPower machinePower() {
        return chassis.isOn() ? ChassisPower.ON : ChassisPower.OFF;
    }

    @Override
    protected final int machineBoots() {
        return chassis.boots();
    }

    @Override
    protected final int machineInterrupts() {
        return chassis.interrupts();
    }

    @Override
    protected final BootOverride machineBootOverride() {
        return chassis.bootOverride();
    }

    @Override
    protected final Duration machineIdentifies() {
        return chassis.identify();
    }

    @Override
    protected final UUID systemUuid() {
        return chassis.systemUuid();
    }

    @Override
    protected final void printOnConsole(String text) {
        chassis.line().print(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    protected final String typedOnConsole() {
        return new String(chassis.line().typed(), StandardCharsets.US_ASCII);
    }

    @Override
    protected final int breaksOnConsole() {
        return chassis.line().breaks();
    }
}
