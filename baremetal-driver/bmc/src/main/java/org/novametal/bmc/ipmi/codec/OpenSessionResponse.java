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
    /** An algorithm that the answer does not name: then it is the proposed one, as the codes of RAKP and packets prove. */
    int UNNAMED = -1;

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
     * @param authentication number of the authentication algorithm, or {@link #UNNAMED}
     * @param integrity number of the integrity algorithm, or {@link #UNNAMED}
     * @param confidentiality number of the encryption algorithm, or {@link #UNNAMED}
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
            writeIfNamed(writer, 0, authentication);
            writeIfNamed(writer, 1, integrity);
            writeIfNamed(writer, 2, confidentiality);
            return writer.toBytes();
        }

        private static void writeIfNamed(ByteWriter writer, int kind, int algorithm) {
            if (algorithm != UNNAMED) {
                OpenSessionRequest.writeAlgorithm(writer, kind, algorithm);
            }
        }
    }

    /**
     * Reads the message. Algorithms may be missing at its end, in which case they are {@link #UNNAMED}; bytes beyond it are
     * ignored.
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
        int privilege = reader.unsigned8OrZero() & 0x0f;
        reader.unsigned8OrZero();
        int consoleSessionId = reader.integer32();
        int bmcSessionId = reader.integer32();
        int[] algorithms = OpenSessionRequest.readAlgorithms(reader);
        return new Accepted(
                tag, privilege, consoleSessionId, bmcSessionId, algorithms[0], algorithms[1], algorithms[2]);
    }
}
