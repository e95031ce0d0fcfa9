package org.novametal.bmc.ipmi.codec;

/**
 * The first message of opening a session: the remote console proposes algorithms.
 *
 * <pre>
 *   0     1          2..3  4..7                8..15                     16..23          24..31
 *  +-----+----------+-----+-------------------+-------------------------+---------------+-----------------+
 *  | tag | highest  | 00  | console's session | 00 00 00 08             | 01 00 00 08   | 02 00 00 08     |
 *  |     | privilege|     | id                | authentication 00 00 00 | integrity …   | confidentiality…|
 *  +-----+----------+-----+-------------------+-------------------------+---------------+-----------------+
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.17, table 13-9.
 *
 * @param tag number that matches an answer to its request, 0 to 255
 * @param privilege the highest level wanted; 0 leaves it to the BMC
 * @param consoleSessionId the console's session id, not 0
 * @param authentication number of the authentication algorithm
 * @param integrity number of the integrity algorithm
 * @param confidentiality number of the encryption algorithm
 */
public record OpenSessionRequest(
        int tag, int privilege, int consoleSessionId, int authentication, int integrity, int confidentiality) {
    private static final int ALGORITHM_LENGTH = 8;
    /** Index of an algorithm's number in its block. */
    private static final int ALGORITHM_AT = 4;

    /** Proposes a suite. */
    public static OpenSessionRequest of(int tag, PrivilegeLevel privilege, int consoleSessionId, CipherSuite suite) {
        return new OpenSessionRequest(
                tag,
                privilege.code(),
                consoleSessionId,
                suite.authentication(),
                suite.integrity(),
                CipherSuite.CONFIDENTIALITY);
    }

    /**
     * Reads the message.
     *
     * @throws MalformedMessageException when the bytes are not such a message
     */
    public static OpenSessionRequest decode(Bytes payload) {
        ByteReader reader = new ByteReader("Open Session Request", payload);
        int tag = reader.unsigned8();
        int privilege = reader.unsigned8() & 0x0f;
        reader.skip(2);
        int consoleSessionId = reader.integer32();
        int authentication = readAlgorithm(reader, 0);
        int integrity = readAlgorithm(reader, 1);
        int confidentiality = readAlgorithm(reader, 2);
        reader.end();
        return new OpenSessionRequest(tag, privilege, consoleSessionId, authentication, integrity, confidentiality);
    }

    /** The payload. */
    public Bytes encode() {
        ByteWriter writer = new ByteWriter().put8(tag).put8(privilege).put16(0).put32(consoleSessionId);
        writeAlgorithm(writer, 0, authentication);
        writeAlgorithm(writer, 1, integrity);
        writeAlgorithm(writer, 2, confidentiality);
        return writer.toBytes();
    }

    private static int readAlgorithm(ByteReader reader, int kind) {
        reader.expect("kind of algorithm", reader.unsigned8(), kind);
        reader.skip(2);
        reader.expect("length of an algorithm", reader.unsigned8(), 8);
        int algorithm = reader.unsigned8() & 0x3f;
        reader.skip(3);
        return algorithm;
    }

    /** Authentication, integrity and confidentiality, each {@link OpenSessionResponse#UNNAMED} in an answer without it. */
    static int[] readAlgorithms(ByteReader reader) {
        int[] algorithms = {OpenSessionResponse.UNNAMED, OpenSessionResponse.UNNAMED, OpenSessionResponse.UNNAMED};
        for (int i = 0; i < algorithms.length && reader.remaining() >= ALGORITHM_AT + 1; i++) {
            int kind = reader.unsigned8();
            // A block of another or of a repeated kind is taken for the one that belongs here.
            int index = kind < algorithms.length && algorithms[kind] == OpenSessionResponse.UNNAMED ? kind : i;
            reader.skip(ALGORITHM_AT - 1);
            algorithms[index] = reader.unsigned8() & 0x3f;
            reader.skip(Math.min(reader.remaining(), ALGORITHM_LENGTH - ALGORITHM_AT - 1));
        }
        return algorithms;
    }

    static void writeAlgorithm(ByteWriter writer, int kind, int algorithm) {
        writer.put8(kind).put16(0).put8(8).put8(algorithm).put24(0);
    }
}
