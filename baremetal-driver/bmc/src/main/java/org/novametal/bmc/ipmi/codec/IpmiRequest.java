package org.novametal.bmc.ipmi.codec;

/**
 * A request to a BMC.
 *
 * <pre>
 *   0       1                2          3         4                 5         6          last
 *  +-------+----------------+----------+---------+-----------------+---------+----- - - +----------+
 *  | 20    | function  lun  | checksum | our     | sequence   lun  | command | data     | checksum |
 *  | (BMC) | 7..2      1..0 | of 0..1  | address | 7..2       1..0 |         |          | of 3..   |
 *  +-------+----------------+----------+---------+-----------------+---------+----- - - +----------+
 * </pre>
 *
 * <p>A checksum makes the sum of the bytes that it covers and itself 0 modulo 256. Both LUNs are 0 here. Source: IPMI 2.0
 * §13.8.
 *
 * @param requester the sender's address, 0x81 for a console
 * @param sequence number that matches an answer to its request, 0 to 63
 * @param networkFunction an even number, 0 to 62
 * @param command 0 to 255
 * @param data the command's data
 */
public record IpmiRequest(int requester, int sequence, int networkFunction, int command, Bytes data) {
    /** The address of a BMC. */
    public static final int BMC_ADDRESS = 0x20;
    /** The address that consoles use. */
    public static final int CONSOLE_ADDRESS = 0x81;

    /** Index of the first byte that the second checksum covers. */
    static final int CHECKSUM_FROM = 3;

    /** A request from a console. */
    public static IpmiRequest of(IpmiCommand command, int sequence, Bytes data) {
        return new IpmiRequest(CONSOLE_ADDRESS, sequence, command.networkFunction(), command.code(), data);
    }

    /**
     * Reads the message.
     *
     * @throws MalformedMessageException when the bytes are not such a message, or not addressed to a BMC
     */
    public static IpmiRequest decode(Bytes payload) {
        ByteReader reader = new ByteReader("IPMI request", payload);
        int responder = reader.unsigned8();
        reader.expect("address", responder, BMC_ADDRESS);
        int function = reader.unsigned8();
        reader.expect("first checksum", reader.unsigned8(), checksum(payload, 0, 2));
        int requester = reader.unsigned8();
        int sequence = reader.unsigned8();
        if (((function | sequence) & 0x03) != 0 || (function & 0x04) != 0) {
            throw reader.wrong("function " + function + " and sequence " + sequence + " are not those of a request");
        }
        int command = reader.unsigned8();
        Bytes data = reader.take(Math.max(0, reader.remaining() - 1));
        reader.expect("second checksum", reader.unsigned8(), checksum(payload, CHECKSUM_FROM, payload.length() - 1));
        return new IpmiRequest(requester, sequence >> 2, function >> 2, command, data);
    }

    /** The payload. */
    public Bytes encode() {
        return new ByteWriter()
                .put8(BMC_ADDRESS)
                .put8(networkFunction << 2)
                .putChecksum(0)
                .put8(requester)
                .put8(sequence << 2)
                .put8(command)
                .put(data)
                .putChecksum(CHECKSUM_FROM)
                .toBytes();
    }

    static int checksum(Bytes bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i++) {
            sum += bytes.at(i);
        }
        return -sum & 0xff;
    }
}
