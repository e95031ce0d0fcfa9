package org.novametal.bmc.ipmi.codec;

/**
 * A datagram with the session header of IPMI 1.5 and no authentication, used for discovery before a session.
 *
 * <pre>
 *   0..3          4        5..8       9..12        13       14
 *  +------------+--------+----------+------------+--------+--------- - - -
 *  | RMCP       | 00     | sequence | session id | length | payload (IPMI message)
 *  +------------+--------+----------+------------+--------+--------- - - -
 *                         low byte   low byte     bytes
 *                         first      first
 * </pre>
 *
 * <p>Bytes beyond {@code length} are dropped: one is the "legacy pad" of some Ethernet chips. Source: IPMI 2.0 §13.6, table
 * 13-8.
 *
 * @param sequence the session sequence number, 0 outside a session
 * @param sessionId 0 outside a session
 * @param payload an IPMI message of at most 255 bytes
 */
public record LegacyFrame(int sequence, int sessionId, Bytes payload) implements RmcpFrame {
    static final int AUTHENTICATION_NONE = 0x00;

    /** Checks that the length fits into its byte. */
    public LegacyFrame {
        if (payload.length() > 0xff) {
            throw new IllegalArgumentException(
                    "IPMI 1.5 payload of " + payload.length() + " bytes; at most 255 are allowed");
        }
    }

    /** A message outside of any session. */
    public static LegacyFrame outsideSession(Bytes payload) {
        return new LegacyFrame(0, 0, payload);
    }

    static LegacyFrame read(ByteReader reader) {
        int sequence = reader.integer32();
        int sessionId = reader.integer32();
        Bytes payload = reader.take(reader.unsigned8());
        return new LegacyFrame(sequence, sessionId, payload);
    }

    @Override
    public Bytes encode() {
        return ByteWriter.rmcp()
                .put8(AUTHENTICATION_NONE)
                .put32(sequence)
                .put32(sessionId)
                .put8(payload.length())
                .put(payload)
                .toBytes();
    }
}
