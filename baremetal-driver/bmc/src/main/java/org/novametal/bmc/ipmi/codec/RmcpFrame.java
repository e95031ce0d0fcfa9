package org.novametal.bmc.ipmi.codec;

/**
 * One UDP datagram of IPMI over LAN.
 *
 * <pre>
 *   0        1        2        3        4
 *  +--------+--------+--------+--------+------------ - - -
 *  | 06     | 00     | FF     | 07     | session header, payload, trailer
 *  +--------+--------+--------+--------+------------ - - -
 *   RMCP     reserved sequence class    04: authentication type, 00 none (IPMI 1.5), 06 RMCP+
 *   version           FF: no  IPMI
 *                     RMCP ack
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.1.3 (RMCP header), §13.6 (session headers, table 13-8).
 */
public sealed interface RmcpFrame permits LegacyFrame, SessionFrame {
    /** The datagram. */
    Bytes encode();

    /**
     * Reads a datagram.
     *
     * @throws MalformedMessageException when it is not such a datagram, or has an unsupported IPMI 1.5 authentication type
     */
    static RmcpFrame decode(Bytes datagram) {
        ByteReader reader = new ByteReader("RMCP datagram", datagram);
        reader.expect("version", reader.unsigned8(), 0x06);
        // The reserved byte and the sequence number of RMCP carry nothing here, and no authentication code covers them.
        reader.skip(2);
        reader.expect("class", reader.unsigned8(), 0x07);
        int authenticationType = reader.unsigned8();
        return switch (authenticationType) {
            case LegacyFrame.AUTHENTICATION_NONE -> LegacyFrame.read(reader);
            case SessionFrame.AUTHENTICATION_RMCP_PLUS -> SessionFrame.read(reader);
            default -> throw reader.wrong("authentication type " + authenticationType + ", which is neither 0 nor 6");
        };
    }
}
