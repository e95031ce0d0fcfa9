package org.novametal.bmc.ipmi.codec;

import java.util.OptionalInt;

/**
 * A datagram with the session header of RMCP+, with its payload as on the wire: {@link SessionSeal} decrypts it and checks
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
 * @param type the payload's type
 * @param protection whether the payload is encrypted and authenticated
 * @param sessionId the receiver's session id; 0 outside a session
 * @param sequence the session sequence number; 0 outside a session
 * @param payload at most 65,535 bytes
 * @param trailer the bytes after the payload; empty where the packet is not authenticated
 */
public record SessionFrame(
        PayloadType type, Protection protection, int sessionId, int sequence, Bytes payload, Bytes trailer)
        implements RmcpFrame {
    static final int AUTHENTICATION_RMCP_PLUS = 0x06;
    /** Length of the preceding RMCP header in bytes. */
    static final int RMCP_LENGTH = 4;
    /** Length of the header in bytes, from the authentication type to the payload's length. */
    static final int HEADER_LENGTH = 12;

    /** Whether a payload is encrypted and authenticated: the two high bits of the type byte. */
    public enum Protection {
        /** Neither encrypted nor authenticated. */
        NONE(0x00),
        /** Authenticated only. */
        AUTHENTICATED(0x40),
        /** Encrypted only. */
        ENCRYPTED(0x80),
        /** Both authenticated and encrypted. */
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
            throw new IllegalArgumentException(
                    "RMCP+ payload of " + payload.length() + " bytes; at most 65535 are allowed");
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
        // Bytes after a packet that is not authenticated belong to no field.
        Bytes trailer = protection.isAuthenticated() ? reader.rest() : Bytes.EMPTY;
        return new SessionFrame(type, protection, sessionId, sequence, payload, trailer);
    }

    /**
     * The remote console's id of the session that this packet from a BMC belongs to: the one in the header, or, while the
     * session is being opened, the one in the payload. Empty where the packet has none.
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

    /** The header from the authentication type to the payload's length. */
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
