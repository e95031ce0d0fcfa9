package org.novametal.baremetal.operation;

import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.novametal.baremetal.operation.OperationInput.Parameters;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BootDevice;
import org.novametal.bmc.BootOverride.BootPersistence;

/**
 * A command of an operator to a machine that leaves the provision state of its node as it is.
 *
 * <p>It is requested as an operation of the kind {@link #kind}, which has no {@link OperationRule}: the host runs it at once
 * while nothing else works on the node.
 */
public sealed interface MachineCommand {
    /** How the power of a machine is changed. */
    enum PowerChange {
        /** On. */
        ON("on", true),
        /** Off, by cutting the power. */
        OFF("off", false),
        /** Off, by asking the operating system to stop; the power is cut if it does not. */
        SOFT_OFF("soft-off", false),
        /** Off and on again, by cutting the power. */
        REBOOT("reboot", true),
        /** Off and on again; the operating system is asked to stop first. */
        SOFT_REBOOT("soft-reboot", true);

        private final String text;
        private final boolean isOn;

        PowerChange(String text, boolean isOn) {
            this.text = text;
            this.isOn = isOn;
        }

        /** The name for people, and in the store. */
        public String text() {
            return text;
        }

        /** Whether the machine is on afterwards. */
        public boolean isOnAfterwards() {
            return isOn;
        }
    }

    /**
     * Changes the power.
     *
     * @param change how
     */
    record Power(PowerChange change) implements MachineCommand {
        private static final String CHANGE = "change";

        /** Checks that the change is given. */
        public Power {
            Objects.requireNonNull(change, "change");
        }

        @Override
        public OperationKind kind() {
            return OperationKind.POWER;
        }

        @Override
        public Parameters input() {
            return new Parameters(Map.of(CHANGE, change.text()));
        }

        private static Optional<MachineCommand> of(Map<String, String> values) {
            return Arrays.stream(PowerChange.values())
                    .filter(change -> change.text().equals(values.get(CHANGE)))
                    .findFirst()
                    .map(Power::new);
        }
    }

    /**
     * Sets the boot device.
     *
     * @param device the device; {@link BootDevice#NONE} for the machine's own order
     * @param persistence how long it applies
     */
    record Boot(BootDevice device, BootPersistence persistence) implements MachineCommand {
        private static final String DEVICE = "device";
        private static final String PERSISTENCE = "persistence";

        /** Checks that the parts are given. */
        public Boot {
            Objects.requireNonNull(device, "device");
            Objects.requireNonNull(persistence, "persistence");
        }

        @Override
        public OperationKind kind() {
            return OperationKind.BOOT_DEVICE;
        }

        @Override
        public Parameters input() {
            return new Parameters(Map.of(DEVICE, lower(device), PERSISTENCE, lower(persistence)));
        }

        private static String lower(Enum<?> value) {
            return value.name().toLowerCase(Locale.ROOT);
        }

        private static Optional<MachineCommand> of(Map<String, String> values) {
            return Arrays.stream(BootDevice.values())
                    .filter(device -> lower(device).equals(values.get(DEVICE)))
                    .findFirst()
                    .flatMap(device -> Arrays.stream(BootPersistence.values())
                            .filter(persistence -> lower(persistence).equals(values.get(PERSISTENCE)))
                            .findFirst()
                            .map(persistence -> new Boot(device, persistence)));
        }
    }

    /** The kind of its operation. */
    OperationKind kind();

    /** The input of its operation. */
    Parameters input();

    /** Whether operations of this kind are commands to machines. */
    static boolean isKind(OperationKind kind) {
        return kind.equals(OperationKind.POWER) || kind.equals(OperationKind.BOOT_DEVICE);
    }

    /** The command of an operation; empty for an operation of another kind, or one whose input this program does not know. */
    static Optional<MachineCommand> of(OperationKind kind, OperationInput input) {
        if (!(input instanceof Parameters(Map<String, String> values))) {
            return Optional.empty();
        }
        if (kind.equals(OperationKind.POWER)) {
            return Power.of(values);
        }
        return kind.equals(OperationKind.BOOT_DEVICE) ? Boot.of(values) : Optional.empty();
    }

    /**
     * Why no command is allowed in a state, for people; empty if one is.
     *
     * @param isWorkedOn whether an unfinished operation is on the node, such as a failed deployment that is kept
     */
    static Optional<String> refusal(ProvisionState state, boolean isWorkedOn) {
        return state.isWorking() || isWorkedOn
                ? Optional.of("an operation works on the node, which is " + state.persistedName()
                        + "; wait for its end, or end it by abort, undo or undeploy")
                : Optional.empty();
    }
}
