package org.novametal.fake;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.novametal.bmc.BootOverride;
import org.novametal.bmc.PowerAction;
import org.novametal.bmc.RestartCause;
import org.novametal.bmc.ipmi.codec.IdentifyInterval;

/**
 * The part of a machine that its fake BMC controls: power switch, power state and boot settings.
 *
 * <p>The machine owns this state; its BMC only reads it and requests changes. Methods are called on the one network thread
 * that serves all fake BMCs: they must return at once, and continue longer work on other threads. Safe for several threads.
 */
public interface FakeChassis {
    /** Whether the machine has power now. During a power change it returns the old state. */
    boolean isOn();

    /**
     * Begins a power change.
     *
     * <p>On a machine that is off only {@link PowerAction#ON} has an effect; on one that is on, {@code ON} has none. A
     * machine that starts (by {@code ON}, {@code CYCLE}, {@code RESET}) uses its boot override, and clears one that is set
     * for {@linkplain BootOverride.BootPersistence#ONCE one} boot.
     */
    void control(PowerAction action);

    /** The override that the next boot uses; device {@code NONE} without an override. */
    BootOverride bootOverride();

    /** Sets the override for the next boot; device {@code NONE} removes it. */
    void setBootOverride(BootOverride override);

    /**
     * Sets the machine's identification light; a new call replaces the previous one.
     *
     * @param interval how long the light stays on, zero to turn it off, or {@link IdentifyInterval#UNTIL_STOPPED}
     */
    void identify(Duration interval);

    /** The cause of the machine's last start; unknown before the first one. */
    RestartCause restartCause();

    /** The machine's serial port, if the BMC is connected to it; empty by default. */
    default Optional<FakeSerialLine> serialLine() {
        return Optional.empty();
    }

    /** The machine's SMBIOS UUID. */
    UUID systemUuid();
}
