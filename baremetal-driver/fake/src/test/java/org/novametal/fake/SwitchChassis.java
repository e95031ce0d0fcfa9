package org.novametal.fake;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.BootOverride.BootPersistence;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.RestartCause;
import org.novametal.bmc.ipmi.codec.BootFlags;

/** A chassis without a machine: it switches at once, and counts. Safe for several threads. */
public final class SwitchChassis implements FakeChassis {
    private static final UUID SYSTEM_UUID = UUID.fromString("3d2f0a54-6b1e-4c87-9a10-0123456789ab");

    private final EchoLine line = new EchoLine();
    private boolean on;
    private int boots;
    private int interrupts;
    private BootOverride override = BootFlags.NO_OVERRIDE;
    private Duration identify = Duration.ZERO;
    private RestartCause restartCause = RestartCause.UNKNOWN;

    @Override
    public synchronized boolean isOn() {
        return on;
    }

    @Override
    public synchronized void control(PowerAction action) {
        switch (action) {
            case ON -> {
                if (!on) {
                    boot();
                }
            }
            case OFF, SOFT_OFF -> on = false;
            case CYCLE, RESET -> {
                if (on) {
                    boot();
                }
            }
            case DIAGNOSTIC_INTERRUPT -> interrupts += on ? 1 : 0;
        }
    }

    private void boot() {
        on = true;
        boots++;
        restartCause = RestartCause.CHASSIS_CONTROL;
        if (override.persistence() == BootPersistence.ONCE) {
            override = BootFlags.NO_OVERRIDE;
        }
    }

    @Override
    public synchronized BootOverride bootOverride() {
        return override;
    }

    @Override
    public synchronized void setBootOverride(BootOverride wanted) {
        override = wanted;
    }

    @Override
    public synchronized void identify(Duration interval) {
        identify = interval;
    }

    /** What it was last told about showing which one it is. */
    public synchronized Duration identify() {
        return identify;
    }

    @Override
    public synchronized RestartCause restartCause() {
        return restartCause;
    }

    /** Starts it by another cause than its BMC. */
    public synchronized void startBy(RestartCause cause) {
        boot();
        restartCause = cause;
    }

    @Override
    public Optional<FakeSerialLine> serialLine() {
        return Optional.of(line);
    }

    /** Its serial port. */
    public EchoLine line() {
        return line;
    }

    @Override
    public UUID systemUuid() {
        return SYSTEM_UUID;
    }

    /** How often it began to boot. */
    public synchronized int boots() {
        return boots;
    }

    /** How many diagnostic interrupts it got. */
    public synchronized int interrupts() {
        return interrupts;
    }
}
