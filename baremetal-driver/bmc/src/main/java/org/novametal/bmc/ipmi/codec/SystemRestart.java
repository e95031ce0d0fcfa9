package org.novametal.bmc.ipmi.codec;

import org.novametal.bmc.RestartCause;

/**
 * The answer to Get System Restart Cause.
 *
 * <pre>
 *   0              1
 *  +--------------+---------------------+
 *  | 3..0 cause   | the channel of the  |
 *  |              | command that did it |
 *  +--------------+---------------------+
 * </pre>
 *
 * <p>Source: IPMI 2.0 §28.11, table 28-11.
 *
 * @param code byte 0
 * @param channel byte 1; meaningless where the cause was not a command on a channel
 */
public record SystemRestart(int code, int channel) {
    /** The answer of a BMC with a known cause. */
    public static SystemRestart of(RestartCause cause, int channel) {
        return new SystemRestart(
                switch (cause) {
                    case UNKNOWN -> 0x0;
                    case CHASSIS_CONTROL -> 0x1;
                    case RESET_BUTTON -> 0x2;
                    case POWER_BUTTON -> 0x3;
                    case WATCHDOG -> 0x4;
                    case VENDOR -> 0x5;
                    case POWER_RESTORED -> 0x6;
                    case PLATFORM_EVENT -> 0x8;
                    case SOFT_RESET -> 0xa;
                    case CLOCK -> 0xb;
                },
                channel);
    }

    /** The cause; {@link RestartCause#UNKNOWN} for an undefined number. */
    public RestartCause cause() {
        return switch (code & 0x0f) {
            case 0x1 -> RestartCause.CHASSIS_CONTROL;
            case 0x2 -> RestartCause.RESET_BUTTON;
            case 0x3 -> RestartCause.POWER_BUTTON;
            case 0x4 -> RestartCause.WATCHDOG;
            case 0x5 -> RestartCause.VENDOR;
            case 0x6, 0x7 -> RestartCause.POWER_RESTORED;
            case 0x8, 0x9 -> RestartCause.PLATFORM_EVENT;
            case 0xa -> RestartCause.SOFT_RESET;
            case 0xb -> RestartCause.CLOCK;
            default -> RestartCause.UNKNOWN;
        };
    }

    /**
     * Reads the response's data.
     *
     * @throws MalformedMessageException when it is empty; the channel may be missing
     */
    public static SystemRestart decode(Bytes data) {
        ByteReader reader = new ByteReader("system restart cause", data);
        return new SystemRestart(reader.unsigned8(), reader.unsigned8OrZero());
    }

    /** The response's data. */
    public Bytes encode() {
        return Bytes.of(code, channel);
    }
}
