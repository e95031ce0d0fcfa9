package org.novametal.bmc.ipmi.codec;

/** Status of the serial line in a {@link SolPacket} from a BMC. IPMI 2.0 table 15-2. */
public enum SolStatus {
    /** No characters can be transferred: the system is off, or asleep. */
    TRANSFER_UNAVAILABLE(0x20),
    /** The payload is deactivated, or being deactivated: nothing will follow. */
    DEACTIVATED(0x10),
    /** Characters from the system were dropped, because they arrived faster than they could be sent. */
    OVERRUN(0x08),
    /** The system sent a break. */
    BREAK_DETECTED(0x04);

    private final int bit;

    SolStatus(int bit) {
        this.bit = bit;
    }

    int bit() {
        return bit;
    }
}
