package org.novametal.bmc.ipmi.codec;

/**
 * A packet of serial over LAN, of either direction: the payload of type {@link PayloadType#SERIAL_OVER_LAN}.
 *
 * <pre>
 *   0             1               2          3                 4
 *  +-------------+---------------+----------+-----------------+----- - -
 *  | 0  sequence | 0  sequence   | accepted | n  operation or | characters
 *  |    3..0     |    acked 3..0 | count    | 6  status  5..0 |
 *  +-------------+---------------+----------+-----------------+----- - -
 * </pre>
 *
 * <p>A packet with a sequence number of 1 to 15 requires an acknowledgement, and is sent again under the same number until
 * it is acknowledged; 0 marks a packet that needs no acknowledgement. An acknowledgement contains the number of accepted
 * characters; bit n makes it a refusal (NACK) of the other characters. Refused characters are sent again under a new
 * number.
 *
 * <p>Source: IPMI 2.0 §15.9, tables 15-2 and 15-3.
 *
 * @param sequence the packet's own number, 0 to 15
 * @param acknowledged the number of the packet that is acknowledged, 0 for none
 * @param accepted how many of that packet's characters were accepted, 0 to 255
 * @param control byte 3: bit 6 is the refusal; the other bits are {@link SolOperation}s in packets to the BMC, {@link
 *     SolStatus} in packets from it
 * @param data the characters
 */
public record SolPacket(int sequence, int acknowledged, int accepted, int control, Bytes data) {
    /** Length in bytes of the header before the characters. */
    public static final int HEADER_LENGTH = 4;
    /** Maximum number of characters that one acknowledgement can count. */
    public static final int MAXIMUM_DATA_LENGTH = 255;
    /** The highest sequence number; the next one is 1. */
    public static final int LAST_SEQUENCE = 15;

    private static final int NACK = 0x40;

    /** Checks the numbers' ranges. */
    public SolPacket {
        if (((sequence | acknowledged) & ~0x0f) != 0 || ((accepted | control) & ~0xff) != 0) {
            throw new IllegalArgumentException("SOL packet with a number out of range: sequence " + sequence
                    + ", acknowledged " + acknowledged + ", accepted " + accepted + ", control " + control);
        }
    }

    /** A packet of characters without an acknowledgement. */
    public static SolPacket ofData(int sequence, Bytes data) {
        return new SolPacket(sequence, 0, 0, 0, data);
    }

    /** The acknowledgement of a packet and of the number of its characters that were accepted. */
    public static SolPacket acknowledgement(int acknowledged, int accepted) {
        return new SolPacket(0, acknowledged, accepted, 0, Bytes.EMPTY);
    }

    /** The refusal of a packet of which only some characters, or none, were accepted. */
    public static SolPacket refusal(int acknowledged, int accepted) {
        return new SolPacket(0, acknowledged, accepted, NACK, Bytes.EMPTY);
    }

    /** The sequence number after the given one. */
    public static int nextSequence(int sequence) {
        return sequence % LAST_SEQUENCE + 1;
    }

    /** How far {@code to} is ahead of {@code from}, 0 to 14; both are 1 to 15. */
    public static int distance(int from, int to) {
        return Math.floorMod(to - from, LAST_SEQUENCE);
    }

    /** The same packet with an additional operation. */
    public SolPacket with(SolOperation operation) {
        return new SolPacket(sequence, acknowledged, accepted, control | operation.bit(), data);
    }

    /** The same packet with an additional status bit. */
    public SolPacket with(SolStatus status) {
        return new SolPacket(sequence, acknowledged, accepted, control | status.bit(), data);
    }

    /** Whether it acknowledges a packet of which not all characters were accepted. */
    public boolean isRefusal() {
        return (control & NACK) != 0;
    }

    /** Whether a packet to the BMC requests an operation. */
    public boolean asksFor(SolOperation operation) {
        return (control & operation.bit()) != 0;
    }

    /** Whether a packet from the BMC has a status bit. */
    public boolean has(SolStatus status) {
        return (control & status.bit()) != 0;
    }

    /**
     * Reads the payload. The high four bits of the first two bytes are reserved and ignored.
     *
     * @throws MalformedMessageException when it has no sequence numbers; the rest of its header may be missing
     */
    public static SolPacket decode(Bytes payload) {
        ByteReader reader = new ByteReader("SOL packet", payload);
        return new SolPacket(
                reader.unsigned8() & 0x0f,
                reader.unsigned8() & 0x0f,
                reader.unsigned8OrZero(),
                reader.unsigned8OrZero(),
                reader.rest());
    }

    /** The payload. */
    public Bytes encode() {
        return new ByteWriter()
                .put8(sequence)
                .put8(acknowledged)
                .put8(accepted)
                .put8(control)
                .put(data)
                .toBytes();
    }
}
