package org.novametal.bmc.ipmi.codec;

/**
 * RAKP message 4: the session is open, or refused.
 *
 * <pre>
 *   0     1        2..3  4..7         8
 *  +-----+--------+-----+------------+------------ - -
 *  | tag | status | 00  | console's  | integrity check value
 *  |     | 00     |     | session id |
 *  +-----+--------+-----+------------+------------ - -
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.23, table 13-14.
 */
public sealed interface Rakp4 permits Rakp4.Accepted, SetupRefusal {
    /** The tag of {@link Rakp3}. */
    int tag();

    /** The payload. */
    Bytes encode();

    /**
     * The session is open.
     *
     * @param tag the tag of RAKP 3
     * @param consoleSessionId the console's session id
     * @param check see {@link RakpTranscript#rakp4Check()}
     */
    record Accepted(int tag, int consoleSessionId, Bytes check) implements Rakp4 {
        @Override
        public Bytes encode() {
            return new ByteWriter()
                    .put8(tag)
                    .put8(RmcpStatus.OK.code())
                    .put16(0)
                    .put32(consoleSessionId)
                    .put(check)
                    .toBytes();
        }
    }

    /**
     * Reads the message.
     *
     * @throws MalformedMessageException when the bytes are not such a message
     */
    static Rakp4 decode(Bytes payload) {
        ByteReader reader = new ByteReader("RAKP 4", payload);
        int tag = reader.unsigned8();
        int status = reader.unsigned8();
        if (status != RmcpStatus.OK.code()) {
            return SetupRefusal.read(reader, tag, status);
        }
        reader.skip(2);
        return new Accepted(tag, reader.integer32(), reader.rest());
    }
}
