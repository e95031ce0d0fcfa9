package org.novametal.bmc.ipmi.codec;

/**
 * The answer to Activate Payload.
 *
 * <pre>
 *   0..3        4..5            6..7            8..9   10..11
 *  +-----------+---------------+---------------+------+-----------+
 *  | auxiliary | largest       | largest       | UDP  | VLAN,     |
 *  | (SOL:     | payload to    | payload to    | port | ffff:     |
 *  |  bit 0    | the BMC,      | the console,  |      | none      |
 *  |  test)    | bytes         | bytes         |      |           |
 *  +-----------+---------------+---------------+------+-----------+
 * </pre>
 *
 * <p>All numbers have the low byte first. The sizes include the payload's own header, but not the bytes added by
 * encryption. Some BMCs leave the VLAN out. Source: IPMI 2.0 §24.1, table 24-2.
 *
 * @param auxiliary bytes 0 to 3
 * @param largestToBmc bytes, 16 bits
 * @param largestToConsole bytes, 16 bits
 * @param port UDP port on which the BMC receives the payload; usually the session's port
 */
public record PayloadActivation(int auxiliary, int largestToBmc, int largestToConsole, int port) {
    private static final int NO_VLAN = 0xffff;

    /**
     * Reads the response's data; missing bytes are read as 0.
     */
    public static PayloadActivation decode(Bytes data) {
        ByteReader reader = new ByteReader("payload activation", data);
        return new PayloadActivation(number(reader, 4), number(reader, 2), number(reader, 2), number(reader, 2));
    }

    private static int number(ByteReader reader, int bytes) {
        int number = 0;
        for (int i = 0; i < bytes; i++) {
            number |= reader.unsigned8OrZero() << (8 * i);
        }
        return number;
    }

    /** The response's data, without a VLAN. */
    public Bytes encode() {
        return new ByteWriter()
                .put32(auxiliary)
                .put16(largestToBmc)
                .put16(largestToConsole)
                .put16(port)
                .put16(NO_VLAN)
                .toBytes();
    }
}
