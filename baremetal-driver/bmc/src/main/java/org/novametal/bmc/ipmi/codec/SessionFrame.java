package org.novametal.bmc.ipmi.codec;

import java.util.OptionalInt;

/**
 * A datagram with the session header of RMCP+, its payload as it is on the wire: {@link SessionSeal} decrypts it and checks
 * the trailer.
 *
 * <pre>
 *   0..3   4    5          6..9         10..13     14..15   16
 *  +------+----+----------+------------+----------+--------+-------------+---------+-----+----+-----------+
 *  | RMCP | 06 | e a type | session id | sequence | length | payload     | pad FF… | pad | 07 | auth code |
 *  |      |    | 7 6 5..0 |            |          | bytes  |             | 0..3    | len |    | 12 or 16  |
 *  +------+----+----------+------------+----------+--------+-------------+---------+-----+----+-----------+
 *          |                                                              \___ trailer, where bit a is set ___/
 *          \_ the authentication code covers from here __________________________________/
 *              to here; pads make this a multiple of 4
 * </pre>
 *
 * <p>All numbers have the low byte first. Source: IPMI 2.0 §13.6, table 13-8.
 *
 * @param type what the payload is
 * @param protection what is done to the payload
 * @param sessionId the receiver's number of the session; 0 outside a session
 * @param sequence the session sequence number; 0 outside a session
 * @param payload at most 65,535 bytes
 * @param trailer what follows the payload; empty where the packet is not authenticated
 */
public record SessionFrame(
        PayloadType type, Protection protection, int sessionId, int sequence, Bytes payload, Bytes trailer)
        implements RmcpFrame {
    static final int AUTHENTICATION_RMCP_PLUS = 0x06;
    /** The bytes of the RMCP header before this one. */
    static final int RMCP_LENGTH = 4;
    /** The bytes from the authentication type to the length. */
    static final int HEADER_LENGTH = 12;

    /** What is done to a payload: the two high bits of the type byte. */
    public enum Protection {
        /** Neither encrypted nor authenticated. */
        NONE(0x00),
        /** Authenticated only. */
        AUTHENTICATED(0x40),
        /** Encrypted only. */
        ENCRYPTED(0x80),
        /** Both. */
        AUTHENTICATED_AND_ENCRYPTED(0xc0);

        private final int bits;

        Protection(int bits) {
            this.bits = bits;
        }

        /** Whether an authentication code follows the payload. */
        public boolean isAuthenticated() {
            return (bits & 0x40) != 0;
        }

        private static Protection of(int bits) {
            return switch (bits) {
                case 0x00 -> NONE;
                case 0x40 -> AUTHENTICATED;
                case 0x80 -> ENCRYPTED;
                default -> AUTHENTICATED_AND_ENCRYPTED;
            };
        }
    }

    /** Checks that the length fits, and that only an authenticated packet has a trailer. */
    public SessionFrame {
        if (payload.length() > 0xffff) {
            throw new IllegalArgumentException("RMCP+ payload of " + payload.length() + " bytes; 65535 are the most");
        }
        if (!protection.isAuthenticated() && trailer.length() > 0) {
            throw new IllegalArgumentException("RMCP+ packet with a trailer, but not authenticated");
        }
    }

    /** A message outside of any session: neither numbered nor protected. */
    public static SessionFrame outsideSession(PayloadType type, Bytes payload) {
        return new SessionFrame(type, Protection.NONE, 0, 0, payload, Bytes.EMPTY);
    }

    static SessionFrame read(ByteReader reader) {
        int typeByte = reader.unsigned8();
        PayloadType type = PayloadType.of(typeByte & 0x3f)
                .orElseThrow(() -> reader.wrong(String.format("payload type 0x%02x is not known", typeByte & 0x3f)));
        Protection protection = Protection.of(typeByte & 0xc0);
        int sessionId = reader.integer32();
        int sequence = reader.integer32();
        Bytes payload = reader.take(reader.unsigned16());
        if (!protection.isAuthenticated()) {
            reader.end();
        }
        return new SessionFrame(type, protection, sessionId, sequence, payload, reader.rest());
    }

    /**
     * The remote console's number of the session that this packet from a BMC belongs to: the header's, or, while the session
     * is being opened, the one inside the payload. Empty where the packet names none.
     */
    public OptionalInt consoleSessionId() {
        if (sessionId != 0) {
            return OptionalInt.of(sessionId);
        }
        return switch (type) {
            case OPEN_SESSION_RESPONSE, RAKP_2, RAKP_4 -> {
                if (payload.length() < 8) {
                    yield OptionalInt.empty();
                }
                ByteReader reader = new ByteReader("RMCP+ session setup", payload);
                reader.skip(4);
                yield OptionalInt.of(reader.integer32());
            }
            case IPMI, SERIAL_OVER_LAN, OPEN_SESSION_REQUEST, RAKP_1, RAKP_3 -> OptionalInt.empty();
        };
    }

    @Override
    public Bytes encode() {
        ByteWriter writer = ByteWriter.rmcp();
        writeHeader(writer, protection, type, sessionId, sequence, payload.length());
        return writer.put(payload).put(trailer).toBytes();
    }

    /** From the authentication type to the length. */
    Bytes header() {
        ByteWriter writer = new ByteWriter();
        writeHeader(writer, protection, type, sessionId, sequence, payload.length());
        return writer.toBytes();
    }

    static void writeHeader(
            ByteWriter writer, Protection protection, PayloadType type, int sessionId, int sequence, int length) {
        writer.put8(AUTHENTICATION_RMCP_PLUS)
                .put8(protection.bits | type.code())
                .put32(sessionId)
                .put32(sequence)
                .put16(length);
    }
}
