package org.novametal.bmc.ipmi.codec;

/**
 * RAKP message 2: the BMC proves that it knows the user's password, or refuses.
 *
 * <pre>
 *   0     1        2..3  4..7         8..23           24..39   40
 *  +-----+--------+-----+------------+---------------+--------+------------ - -
 *  | tag | 00     | 00  | console's  | BMC's         | BMC's  | authentication code
 *  |     |        |     | session id | random number | GUID   |
 *  +-----+--------+-----+------------+---------------+--------+------------ - -
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.21, table 13-12.
 */
public sealed interface Rakp2 permits Rakp2.Accepted, SetupRefusal {
    /** The tag of {@link Rakp1}. */
    int tag();

    /** The payload. */
    Bytes encode();

    /**
     * The BMC knows the user.
     *
     * @param tag the tag of RAKP 1
     * @param consoleSessionId the console's session id
     * @param bmcRandom 16 unpredictable bytes
     * @param bmcGuid 16 bytes
     * @param code see {@link RakpTranscript#rakp2Code()}
     */
    record Accepted(int tag, int consoleSessionId, Bytes bmcRandom, Bytes bmcGuid, Bytes code) implements Rakp2 {
        /** Checks the lengths. */
        public Accepted {
            if (bmcRandom.length() != Rakp1.RANDOM_LENGTH || bmcGuid.length() != 16) {
                throw new IllegalArgumentException("RAKP 2 with a random number of " + bmcRandom.length()
                        + " and a GUID of " + bmcGuid.length() + " bytes; 16 each are wanted");
            }
        }

        @Override
        public Bytes encode() {
            return new ByteWriter()
                    .put8(tag)
                    .put8(RmcpStatus.OK.code())
                    .put16(0)
                    .put32(consoleSessionId)
                    .put(bmcRandom)
                    .put(bmcGuid)
                    .put(code)
                    .toBytes();
        }
    }

    /**
     * Reads the message.
     *
     * @throws MalformedMessageException when the bytes are not such a message
     */
    static Rakp2 decode(Bytes payload) {
        ByteReader reader = new ByteReader("RAKP 2", payload);
        int tag = reader.unsigned8();
        int status = reader.unsigned8();
        if (status != RmcpStatus.OK.code()) {
            return SetupRefusal.read(reader, tag, status);
        }
        reader.skip(2);
        int consoleSessionId = reader.integer32();
        return new Accepted(tag, consoleSessionId, reader.take(Rakp1.RANDOM_LENGTH), reader.take(16), reader.rest());
    }
}
