package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;
import java.util.Optional;
import org.novametal.bmc.PowerAction;

/** The data of Chassis Control: one byte, the action's number. IPMI 2.0 §28.3, table 28-4. */
public final class ChassisControl {
    private ChassisControl() {}

    /** The request's data. */
    public static Bytes encode(PowerAction action) {
        return Bytes.of(code(action));
    }

    /**
     * Reads the request's data; empty for a number without an action.
     *
     * @throws MalformedMessageException when it is not one byte
     */
    public static Optional<PowerAction> decode(Bytes data) {
        ByteReader reader = new ByteReader("chassis control", data);
        int code = reader.unsigned8() & 0x0f;
        reader.end();
        return Arrays.stream(PowerAction.values())
                .filter(action -> code(action) == code)
                .findFirst();
    }

    private static int code(PowerAction action) {
        return switch (action) {
            case OFF -> 0;
            case ON -> 1;
            case CYCLE -> 2;
            case RESET -> 3;
            case DIAGNOSTIC_INTERRUPT -> 4;
            case SOFT_OFF -> 5;
        };
    }
}
