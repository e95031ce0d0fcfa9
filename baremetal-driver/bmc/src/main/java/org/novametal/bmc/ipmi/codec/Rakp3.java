package org.novametal.bmc.ipmi.codec;

/**
 * RAKP message 3: the console proves that it knows the password, or says why it ends the login.
 *
 * <pre>
 *   0     1        2..3  4..7         8
 *  +-----+--------+-----+------------+------------ - -
 *  | tag | status | 00  | BMC's      | authentication code,
 *  |     |        |     | session id | none where status is not 00
 *  +-----+--------+-----+------------+------------ - -
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.22, table 13-13.
 *
 * @param tag number that matches an answer to its request, 0 to 255
 * @param status see {@link RmcpStatus}
 * @param bmcSessionId the BMC's session id
 * @param code see {@link RakpTranscript#rakp3Code()}
 */
public record Rakp3(int tag, int status, int bmcSessionId, Bytes code) {
    /**
     * Reads the message.
     *
     * @throws MalformedMessageException when the bytes are not such a message
     */
    public static Rakp3 decode(Bytes payload) {
        ByteReader reader = new ByteReader("RAKP 3", payload);
        int tag = reader.unsigned8();
        int status = reader.unsigned8();
        reader.skip(2);
        return new Rakp3(tag, status, reader.integer32(), reader.rest());
    }

    /** The payload. */
    public Bytes encode() {
        return new ByteWriter()
                .put8(tag)
                .put8(status)
                .put16(0)
                .put32(bmcSessionId)
                .put(code)
                .toBytes();
    }
}
