package org.novametal.fake;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.RestartCause;
import org.novametal.bmc.ipmi.codec.IdentifyInterval;

/**
 * What a fake BMC is wired to: the power switch, the power light and the boot settings of one machine.
 *
 * <p>The machine keeps the truth; a BMC in front of it only reads and asks. Methods are called on the one network thread
 * that serves all fake BMCs: they return at once, whatever they start goes on elsewhere. Safe for several threads.
 */
public interface FakeChassis {
    /** Whether the machine has power now. A machine that is still changing shows the state that it is leaving. */
    boolean isOn();

    /**
     * Begins a power change.
     *
     * <p>On an off machine only {@link PowerAction#ON} does something, on one that is on {@code ON} does nothing. A machine
     * that goes on (by {@code ON}, {@code CYCLE}, {@code RESET}) takes its boot override into account, and forgets one that
     * holds {@linkplain BootOverride.BootPersistence#ONCE once}.
     */
    void control(PowerAction action);

    /** The override that the next boot takes; device {@code NONE} without an override. */
    BootOverride bootOverride();

    /** Sets the override for the next boot; device {@code NONE} takes it away. */
    void setBootOverride(BootOverride override);

    /**
     * Shows which machine it is; a new call replaces the one before.
     *
     * @param interval how long, zero to stop it, or {@link IdentifyInterval#UNTIL_STOPPED}
     */
    void identify(Duration interval);

    /** What started the machine last; unknown before the first time. */
    RestartCause restartCause();

    /** The machine's serial port, where the BMC has it; it has none where this does not say so. */
    default Optional<FakeSerialLine> serialLine() {
        return Optional.empty();
    }

    /** The machine's SMBIOS UUID. */
    UUID systemUuid();
}
