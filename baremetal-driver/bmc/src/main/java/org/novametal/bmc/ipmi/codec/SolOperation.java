package org.novametal.bmc.ipmi.codec;

/** An operation on the serial line that a {@link SolPacket} requests from the BMC. IPMI 2.0 table 15-3. */
public enum SolOperation {
    /** Assert RI, which may wake the system. */
    RING(0x20),
    /** Send a break. */
    BREAK(0x10),
    /** Deassert CTS, so that the system pauses its output. */
    PAUSE(0x08),
    /** Deassert DCD and DSR. */
    DROP_CARRIER(0x04),
    /** Drop the characters on their way to the system. */
    FLUSH_INBOUND(0x02),
    /** Drop the characters on their way to the console. */
    FLUSH_OUTBOUND(0x01);

    private final int bit;

    SolOperation(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }
}
