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
 * <p>A packet with a sequence number of 1 to 15 wants an acknowledgement, and is sent again under the same number until it
 * has one; 0 marks a packet that needs no acknowledgement. An acknowledgement has the number of characters accepted; bit n makes it a
 * refusal (NACK), of the rest of the characters. What was not taken is sent again under a new number.
 *
 * <p>Source: IPMI 2.0 §15.9, tables 15-2 and 15-3.
 *
 * @param sequence the packet's own number, 0 to 15
 * @param acknowledged the number of the packet that is acknowledged, 0 for none
 * @param accepted how many of that packet's characters were taken, 0 to 255
 * @param control byte 3: bit 6 refuses, the others are of {@link SolOperation} to the BMC, of {@link SolStatus} from it
 * @param data the characters
 */
public record SolPacket(int sequence, int acknowledged, int accepted, int control, Bytes data) {
    /** The bytes before the characters. */
    public static final int HEADER_LENGTH = 4;
    /** The most characters that one packet can have acknowledged. */
    public static final int MAXIMUM_DATA_LENGTH = 255;
    /** The highest sequence number; the next one is 1. */
    public static final int LAST_SEQUENCE = 15;

    private static final int NACK = 0x40;

    /** Checks the numbers' ranges. */
    public SolPacket {
        if (((sequence | acknowledged) & ~0x0f) != 0 || ((accepted | control) & ~0xff) != 0) {
            throw new IllegalArgumentException(
                    "SOL packet " + sequence + ", " + acknowledged + ", " + accepted + ", " + control);
        }
    }

    /** Characters, acknowledging nothing. */
    public static SolPacket ofData(int sequence, Bytes data) {
        return new SolPacket(sequence, 0, 0, 0, data);
    }

    /** The acknowledgement of a packet of which all characters up to a count were taken. */
    public static SolPacket acknowledgement(int acknowledged, int accepted) {
        return new SolPacket(0, acknowledged, accepted, 0, Bytes.EMPTY);
    }

    /** The refusal of a packet of which only some characters, or none, were taken. */
    public static SolPacket refusal(int acknowledged, int accepted) {
        return new SolPacket(0, acknowledged, accepted, NACK, Bytes.EMPTY);
    }

    /** The number after one. */
    public static int nextSequence(int sequence) {
        return sequence % LAST_SEQUENCE + 1;
    }

    /** How far a number of 1 to 15 is ahead of another, 0 to 14. */
    public static int distance(int from, int to) {
        return Math.floorMod(to - from, LAST_SEQUENCE);
    }

    /** The same, with an operation asked for. */
    public SolPacket with(SolOperation operation) {
        return new SolPacket(sequence, acknowledged, accepted, control | operation.bit(), data);
    }

    /** The same, with a status told. */
    public SolPacket with(SolStatus status) {
        return new SolPacket(sequence, acknowledged, accepted, control | status.bit(), data);
    }

    /** Whether it acknowledges that a packet came, but not all of its characters were taken. */
    public boolean isRefusal() {
        return (control & NACK) != 0;
    }

    /** Whether a packet to the BMC asks for something. */
    public boolean asksFor(SolOperation operation) {
        return (control & operation.bit()) != 0;
    }

    /** Whether a packet from the BMC has a status bit. */
    public boolean has(SolStatus status) {
        return (control & status.bit()) != 0;
    }

    /**
     * Reads the payload. The high halves of the first two bytes are reserved, and ignored.
     *
     * @throws MalformedMessageException when it is shorter than its header
     */
    public static SolPacket decode(Bytes payload) {
        ByteReader reader = new ByteReader("SOL packet", payload);
        return new SolPacket(
                reader.unsigned8() & 0x0f,
                reader.unsigned8() & 0x0f,
                reader.unsigned8(),
                reader.unsigned8(),
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
