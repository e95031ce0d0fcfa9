package org.novametal.bmc.ipmi.codec;

/**
 * The answer to Get Payload Activation Status: which instances of a payload type are active, in any session.
 *
 * <pre>
 *   0               1             2
 *  +---------------+-------------+--------------+
 *  | capacity 3..0 | instances   | instances    |
 *  |               | 8..1, a bit | 16..9, a bit |
 *  +---------------+-------------+--------------+
 * </pre>
 *
 * <p>Source: IPMI 2.0 §24.4, table 24-5.
 *
 * @param capacity maximum number of instances
 * @param active 16 bits, the lowest for instance 1
 */
public record PayloadActivationStatus(int capacity, int active) {
    /** The request's data. */
    public static Bytes request(PayloadType type) {
        return Bytes.of(type.code());
    }

    /** Whether an instance, 1 to 16, is active. */
    public boolean isActive(int instance) {
        return (active >> (instance - 1) & 1) != 0;
    }

    /**
     * Reads the response's data.
     *
     * @throws MalformedMessageException when it is shorter than 2 bytes; the instances from 9 on may be missing
     */
    public static PayloadActivationStatus decode(Bytes data) {
        ByteReader reader = new ByteReader("payload activation status", data);
        return new PayloadActivationStatus(
                reader.unsigned8() & 0x0f, reader.unsigned8() | reader.unsigned8OrZero() << 8);
    }

    /** The response's data. */
    public Bytes encode() {
        return new ByteWriter().put8(capacity).put16(active).toBytes();
    }
}
