package org.novametal.bmc.ipmi.codec;

/**
 * The answer to Get Payload Instance Info: the session in which an instance of a payload is active.
 *
 * <pre>
 *   0..3          4..11
 *  +-------------+-------------------------------+
 *  | session id, | specific to the payload;      |
 *  | 0: none     | SOL: byte 4 port number       |
 *  +-------------+-------------------------------+
 * </pre>
 *
 * <p>The session id has the low byte first; BMCs report the id that they chose themselves (OpenIPMI: {@code
 * lanserv/bmc_app.c}). Source: IPMI 2.0 §24.5, table 24-6.
 *
 * @param sessionId the session's id; 0 where the instance is not active
 */
public record PayloadInstanceInfo(int sessionId) {
    private static final int SPECIFIC_LENGTH = 8;

    /** The request's data. */
    public static Bytes request(PayloadType type, int instance) {
        return Bytes.of(type.code(), instance);
    }

    /**
     * Reads the response's data; the bytes after the session id may be missing.
     *
     * @throws MalformedMessageException when it is too short
     */
    public static PayloadInstanceInfo decode(Bytes data) {
        return new PayloadInstanceInfo(new ByteReader("payload instance info", data).integer32());
    }

    /** The response's data. */
    public Bytes encode() {
        return new ByteWriter()
                .put32(sessionId)
                .put8(1)
                .fill(SPECIFIC_LENGTH - 1, 0)
                .toBytes();
    }
}
