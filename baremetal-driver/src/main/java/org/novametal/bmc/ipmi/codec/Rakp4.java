package org.novametal.bmc.ipmi.codec;

/**
 * RAKP message 4: the session is open, or refused.
 *
 * <pre>
 *   0     1        2..3  4..7         8
 *  +-----+--------+-----+------------+------------ - -
 *  | tag | status | 00  | console's  | integrity check value,
 *  |     |        |     | session id | none where status is not 00
 *  +-----+--------+-----+------------+------------ - -
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.23, table 13-14.
 *
 * @param tag the tag of RAKP 3
 * @param status see {@link RmcpStatus}
 * @param consoleSessionId the console's number of the session
 * @param check see {@link RakpTranscript#rakp4Check()}
 */
public record Rakp4(int tag, int status, int consoleSessionId, Bytes check) {
    /**
     * Reads the message.
     *
     * @throws MalformedMessageException when it is none
     */
    public static Rakp4 decode(Bytes payload) {
        ByteReader reader = new ByteReader("RAKP 4", payload);
        int tag = reader.unsigned8();
        int status = reader.unsigned8();
        reader.skip(2);
        return new Rakp4(tag, status, reader.integer32(), reader.rest());
    }

    /** The payload. */
    public Bytes encode() {
        return new ByteWriter()
                .put8(tag)
                .put8(status)
                .put16(0)
                .put32(consoleSessionId)
                .put(check)
                .toBytes();
    }
}
