package org.novametal.bmc.ipmi.codec;

/**
 * A BMC's answer to {@link OpenSessionRequest}.
 *
 * <pre>
 *   0     1        2          3   4..7         8..11           12..35
 *  +-----+--------+----------+---+------------+---------------+-------------------------------
 *  | tag | status | highest  | 0 | console's  | BMC's session | the chosen algorithms, as in
 *  |     | 00     | privilege|   | session id | id            | the request
 *  +-----+--------+----------+---+------------+---------------+-------------------------------
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.18, table 13-10.
 */
public sealed interface OpenSessionResponse permits OpenSessionResponse.Accepted, SetupRefusal {
    /** The request's tag. */
    int tag();

    /** The payload. */
    Bytes encode();

    /**
     * The BMC opens a session.
     *
     * @param tag the request's tag
     * @param privilege the highest privilege level that the BMC will allow; 0 where the BMC does not report it
     * @param consoleSessionId the console's session id
     * @param bmcSessionId the BMC's session id
     * @param authentication number of the authentication algorithm
     * @param integrity number of the integrity algorithm
     * @param confidentiality number of the encryption algorithm
     */
    record Accepted(
            int tag,
            int privilege,
            int consoleSessionId,
            int bmcSessionId,
            int authentication,
            int integrity,
            int confidentiality)
            implements OpenSessionResponse {
        @Override
        public Bytes encode() {
            ByteWriter writer = new ByteWriter()
                    .put8(tag)
                    .put8(RmcpStatus.OK.code())
                    .put8(privilege)
                    .put8(0)
                    .put32(consoleSessionId)
                    .put32(bmcSessionId);
            OpenSessionRequest.writeAlgorithm(writer, 0, authentication);
            OpenSessionRequest.writeAlgorithm(writer, 1, integrity);
            OpenSessionRequest.writeAlgorithm(writer, 2, confidentiality);
            return writer.toBytes();
        }
    }

    /**
     * Reads the message.
     *
     * @throws MalformedMessageException when the bytes are not such a message
     */
    static OpenSessionResponse decode(Bytes payload) {
        ByteReader reader = new ByteReader("Open Session Response", payload);
        int tag = reader.unsigned8();
        int status = reader.unsigned8();
        if (status != RmcpStatus.OK.code()) {
            return SetupRefusal.read(reader, tag, status);
        }
        int privilege = reader.unsigned8() & 0x0f;
        reader.skip(1);
        int consoleSessionId = reader.integer32();
        int bmcSessionId = reader.integer32();
        int authentication = OpenSessionRequest.readAlgorithm(reader, 0);
        int integrity = OpenSessionRequest.readAlgorithm(reader, 1);
        int confidentiality = OpenSessionRequest.readAlgorithm(reader, 2);
        reader.end();
        return new Accepted(tag, privilege, consoleSessionId, bmcSessionId, authentication, integrity, confidentiality);
    }
}
