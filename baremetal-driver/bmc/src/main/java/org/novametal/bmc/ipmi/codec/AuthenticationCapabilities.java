package org.novametal.bmc.ipmi.codec;

/**
 * The answer to Get Channel Authentication Capabilities.
 *
 * <pre>
 *   0         1                  2        3           4..6     7
 *  +---------+------------------+--------+-----------+--------+-----+
 *  | channel | 1.5 types        | status | versions  | OEM id | OEM |
 *  |         | bit 7: 3 is valid|        | bit 1: 2.0|        | aux |
 *  +---------+------------------+--------+-----------+--------+-----+
 * </pre>
 *
 * <p>Status: bit 5 K_g is set, bit 4 per-message authentication off, bit 3 user-level authentication off, bits 2..0 kinds
 * of users that exist (2: with a name, 1: without, 0: anonymous). Source: IPMI 2.0 §22.13, table 22-15.
 *
 * @param channel the channel's number
 * @param types byte 1
 * @param status byte 2
 * @param versions byte 3
 */
public record AuthenticationCapabilities(int channel, int types, int status, int versions) {
    /** Length in bytes of the fields that are read. */
    public static final int LEAST_LENGTH = 4;

    /** The request's data: the current channel, IPMI 2.0 fields wanted, and a privilege level. */
    public static Bytes request(PrivilegeLevel privilege) {
        return Bytes.of(0x8e, privilege.code());
    }

    /** The answer of a BMC that supports IPMI 2.0 only, and only users with a name. */
    public static AuthenticationCapabilities ofIpmi2(int channel) {
        return new AuthenticationCapabilities(channel, 0x80, 0x04, 0x02);
    }

    /** Whether the BMC supports RMCP+. */
    public boolean hasIpmi2() {
        return (types & 0x80) != 0 && (versions & 0x02) != 0;
    }

    /**
     * Reads the response's data.
     *
     * @throws MalformedMessageException when it is shorter than 4 bytes; the OEM fields may be missing
     */
    public static AuthenticationCapabilities decode(Bytes data) {
        ByteReader reader = new ByteReader("authentication capabilities", data);
        return new AuthenticationCapabilities(
                reader.unsigned8(), reader.unsigned8(), reader.unsigned8(), reader.unsigned8());
    }

    /** The response's data. */
    public Bytes encode() {
        return Bytes.of(channel, types, status, versions, 0, 0, 0, 0);
    }
}
