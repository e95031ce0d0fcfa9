package org.novametal.bmc.ipmi.codec;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A cipher suite that this client accepts: a combination of authentication, integrity and confidentiality algorithms. Suite
 * 0 (none of them) and suites without encryption are left out on purpose, so that they cannot be chosen.
 *
 * <p>Source: IPMI 2.0 table 22-20 (suites), 13-17 to 13-19 (algorithm numbers).
 */
public enum CipherSuite {
    /** HMAC-SHA256, HMAC-SHA256-128, AES-CBC-128. The strongest; listed first because it is tried first. */
    SUITE_17(17, 3, 4, "HmacSHA256", 32, 16),
    /** HMAC-SHA1, HMAC-SHA1-96, AES-CBC-128. Mandatory for every IPMI 2.0 BMC. */
    SUITE_3(3, 1, 1, "HmacSHA1", 20, 12);

    /** Number of bytes of the suite list in one answer; a shorter piece is the last one. */
    public static final int LIST_PIECE = 16;
    /** Maximum length of a list in bytes: 64 pieces. */
    public static final int LONGEST_LIST = 64 * LIST_PIECE;

    private static final int RECORD = 0xc0;
    private static final int VENDOR_RECORD = 0xc1;
    private static final int VENDOR_LENGTH = 3;

    /** AES-CBC-128: the only encryption that we accept. */
    public static final int CONFIDENTIALITY = 1;

    private final int id;
    private final int authentication;
    private final int integrity;
    private final String macName;
    private final int macLength;
    private final int integrityLength;

    CipherSuite(int id, int authentication, int integrity, String macName, int macLength, int integrityLength) {
        this.id = id;
        this.authentication = authentication;
        this.integrity = integrity;
        this.macName = macName;
        this.macLength = macLength;
        this.integrityLength = integrityLength;
    }

    /** The suite that consists of these algorithms, if it is accepted. */
    public static Optional<CipherSuite> of(int authentication, int integrity, int confidentiality) {
        return Arrays.stream(values())
                .filter(suite -> suite.authentication == authentication
                        && suite.integrity == integrity
                        && confidentiality == CONFIDENTIALITY)
                .findFirst();
    }

    /**
     * A BMC's answer to Get Channel Cipher Suites: for each suite {@code C0, id, authentication, 40 | integrity, 80 |
     * confidentiality}. IPMI 2.0 table 22-18.
     */
    public static Bytes records(List<CipherSuite> suites) {
        ByteWriter writer = new ByteWriter();
        for (CipherSuite suite : suites) {
            writer.put8(0xc0)
                    .put8(suite.id)
                    .put8(suite.authentication)
                    .put8(0x40 | suite.integrity)
                    .put8(0x80 | CONFIDENTIALITY);
        }
        return writer.toBytes();
    }

    /**
     * The data of Get Channel Cipher Suites for a piece of the list, 0 to 63: current channel, payload type IPMI, listed by
     * suite. §22.15.
     */
    public static Bytes listRequest(int piece) {
        return Bytes.of(0x0e, 0x00, 0x80 | piece);
    }

    /**
     * The numbers of the suites in a list, standard and vendor-specific ones, in the format of {@link #records}.
     *
     * @param records the pieces of all answers, without the channel number at the start of each
     * @throws MalformedMessageException when the list ends within a record
     */
    public static List<Integer> listed(Bytes records) {
        ByteReader reader = new ByteReader("list of cipher suites", records);
        List<Integer> ids = new ArrayList<>();
        while (reader.remaining() > 0) {
            int start = reader.unsigned8();
            // Any other byte is an algorithm of the current suite.
            if (start == RECORD || start == VENDOR_RECORD) {
                ids.add(reader.unsigned8());
                reader.skip(start == VENDOR_RECORD ? VENDOR_LENGTH : 0);
            }
        }
        return List.copyOf(ids);
    }

    /** Its number in the specification. */
    public int id() {
        return id;
    }

    /** The number of its authentication algorithm. */
    public int authentication() {
        return authentication;
    }

    /** The number of its integrity algorithm. */
    public int integrity() {
        return integrity;
    }

    /** The name of its keyed hash for {@link javax.crypto.Mac}. */
    String macName() {
        return macName;
    }

    /** Length of the full keyed hash in bytes, as in the authentication code of RAKP 2 and 3. */
    public int macLength() {
        return macLength;
    }

    /** Length of the truncated keyed hash in bytes, as in a packet's trailer and in RAKP 4. */
    public int integrityLength() {
        return integrityLength;
    }
}
