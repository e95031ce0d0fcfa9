package org.novametal.bmc.ipmi;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A message of OpenIPMI's VM protocol, by which an emulated machine talks to its BMC.
 *
 * <pre>
 *  +--------+-------------------------+---------+---------------------------+----------+------+
 *  | number | network function << 2   | command | data; in answers first    | checksum | 0xa0 |
 *  |        |                         |         | the completion code       |          |      |
 *  +--------+-------------------------+---------+---------------------------+----------+------+
 * </pre>
 *
 * <p>All bytes up to the checksum sum to 0. Inside a message, 0xa0, 0xa1 and 0xaa are escaped as 0xaa and the byte with bit
 * 4 set. Source: {@code lanserv/README.vm} of OpenIPMI.
 */
final class VmFrame {
    private static final int END = 0xa0;
    private static final int END_OF_CONTROL = 0xa1;
    private static final int ESCAPE = 0xaa;
    private static final int ESCAPED = 0x10;
    private static final int NUMBER = 1;

    private VmFrame() {}

    static ByteBuffer encode(int networkFunction, int command, int... data) {
        ByteBuffer frame = ByteBuffer.allocate(2 * (data.length + 4) + 1);
        int sum = put(frame, NUMBER) + put(frame, networkFunction << 2) + put(frame, command);
        for (int value : data) {
            sum += put(frame, value);
        }
        put(frame, -sum & 0xff);
        return frame.put((byte) END).flip();
    }

    private static int put(ByteBuffer frame, int value) {
        if (value == END || value == END_OF_CONTROL || value == ESCAPE) {
            frame.put((byte) ESCAPE).put((byte) (value | ESCAPED));
        } else {
            frame.put((byte) value);
        }
        return value;
    }

    /** Whether the bytes received so far end with a complete message. */
    static boolean isWhole(ByteBuffer received) {
        return received.position() > 0 && (received.get(received.position() - 1) & 0xff) == END;
    }

    /** The data of an answer whose completion code must be 0. */
    static byte[] decode(ByteBuffer frame) {
        ByteBuffer message = ByteBuffer.allocate(frame.remaining());
        int sum = 0;
        while (frame.remaining() > 1) {
            int value = frame.get() & 0xff;
            int plain = value == ESCAPE ? frame.get() & 0xff & ~ESCAPED : value;
            message.put((byte) plain);
            sum += plain;
        }
        message.flip();
        if (message.limit() < 5 || (sum & 0xff) != 0 || message.get(0) != NUMBER || message.get(3) != 0) {
            throw new IllegalStateException(
                    "the BMC answered its machine " + HexFormat.of().formatHex(message.array(), 0, message.limit()));
        }
        byte[] data = new byte[message.limit() - 5];
        message.get(4, data);
        return data;
    }
}
