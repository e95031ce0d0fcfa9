package org.novametal.bmc.ipmi.codec;

/**
 * RAKP message 1: the console names the user.
 *
 * <pre>
 *   0     1..3  4..7          8..23            24        25..26  27       28
 *  +-----+-----+-------------+----------------+---------+-------+--------+--------- - -
 *  | tag | 00  | BMC's       | console's      | role    | 00    | length | user name
 *  |     |     | session id  | random number  |         |       | 0..16  |
 *  +-----+-----+-------------+----------------+---------+-------+--------+--------- - -
 *                                              bit 4: look the user up by name alone
 *                                              bits 3..0: privilege level
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.20, table 13-11.
 *
 * @param tag number that matches an answer to its request, 0 to 255
 * @param bmcSessionId the BMC's session id
 * @param consoleRandom 16 unpredictable bytes
 * @param role the role byte as drawn above
 * @param username at most 16 bytes
 */
public record Rakp1(int tag, int bmcSessionId, Bytes consoleRandom, int role, Bytes username) {
    /** The longest user name, in bytes. */
    public static final int MAXIMUM_USERNAME_LENGTH = 16;
    /** Length of a random number in bytes. */
    public static final int RANDOM_LENGTH = 16;

    private static final int LOOKUP_BY_NAME = 0x10;

    /** Checks the lengths. */
    public Rakp1 {
        if (consoleRandom.length() != RANDOM_LENGTH || username.length() > MAXIMUM_USERNAME_LENGTH) {
            throw new IllegalArgumentException("RAKP 1 with a random number of " + consoleRandom.length()
                    + " bytes (16 wanted) and a user name of " + username.length() + " (at most 16)");
        }
    }

    /** The role byte that requests a privilege level and a lookup of the user by name alone. */
    public static int roleByName(PrivilegeLevel privilege) {
        return LOOKUP_BY_NAME | privilege.code();
    }

    /** The requested level, as a number. */
    public int privilege() {
        return role & 0x0f;
    }

    /**
     * Reads the message.
     *
     * @throws MalformedMessageException when the bytes are not such a message
     */
    public static Rakp1 decode(Bytes payload) {
        ByteReader reader = new ByteReader("RAKP 1", payload);
        int tag = reader.unsigned8();
        reader.skip(3);
        int bmcSessionId = reader.integer32();
        Bytes random = reader.take(RANDOM_LENGTH);
        int role = reader.unsigned8();
        reader.skip(2);
        int length = reader.unsigned8();
        if (length > MAXIMUM_USERNAME_LENGTH) {
            throw reader.wrong("user name of " + length + " bytes; at most 16 are allowed");
        }
        Bytes username = reader.take(length);
        // Some consoles send the name field in its full 16 bytes.
        reader.skip(Math.min(reader.remaining(), MAXIMUM_USERNAME_LENGTH - length));
        reader.end();
        return new Rakp1(tag, bmcSessionId, random, role, username);
    }

    /** The payload. */
    public Bytes encode() {
        return new ByteWriter()
                .put8(tag)
                .put24(0)
                .put32(bmcSessionId)
                .put(consoleRandom)
                .put8(role)
                .put16(0)
                .put8(username.length())
                .put(username)
                .toBytes();
    }
}
