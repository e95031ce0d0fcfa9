package org.novametal.bmc.ipmi.codec;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import org.novametal.bmc.BmcCredentials;

/**
 * The values that both sides know after RAKP 1 and 2, including password and key, and the codes computed from them.
 *
 * <pre>
 *  Rm, Rc: random numbers of console and BMC       SIDm, SIDc: session ids of console and BMC
 *  user = role byte, length of the name, name      K_uid: the password      K_g: the BMC's key, else K_uid
 *
 *  RAKP 2 code  = HMAC_K_uid(SIDm, SIDc, Rm, Rc, GUID, user)
 *  RAKP 3 code  = HMAC_K_uid(Rc, SIDm, user)
 *  SIK          = HMAC_K_g(Rm, Rc, user)
 *  RAKP 4 check = HMAC_SIK(Rm, SIDc, GUID), shortened
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.28 (authentication), §13.31 (SIK), §13.28.1 (RAKP 4 check). Not for several threads. Its string
 * form contains no secret.
 */
public final class RakpTranscript {
    /** The longest password, in bytes. */
    public static final int MAXIMUM_PASSWORD_LENGTH = 20;

    private static final int KEY_LENGTH = 20;
    private static final String HEXADECIMAL = "0x";

    private final CipherSuite suite;
    private final byte[] passwordKey;
    private final byte[] bmcKey;
    private final Rakp1 first;
    private final int consoleSessionId;
    private final Bytes bmcRandom;
    private final Bytes bmcGuid;

    /**
     * Collects the exchanged values.
     *
     * @param suite the agreed suite
     * @param credentials password, at most 20 bytes in UTF-8, and key
     * @param first RAKP 1
     * @param consoleSessionId the console's session id
     * @param bmcRandom from RAKP 2
     * @param bmcGuid from RAKP 2
     */
    public RakpTranscript(
            CipherSuite suite,
            BmcCredentials credentials,
            Rakp1 first,
            int consoleSessionId,
            Bytes bmcRandom,
            Bytes bmcGuid) {
        this.suite = suite;
        this.passwordKey = credentials.password().getBytes(StandardCharsets.UTF_8);
        byte[] key = credentials.key().map(RakpTranscript::key).orElse(new byte[0]);
        // A key of zeros means that the BMC has no key. IPMI 2.0 §13.31.
        this.bmcKey = isZero(key) ? passwordKey : key;
        this.first = first;
        this.consoleSessionId = consoleSessionId;
        this.bmcRandom = bmcRandom;
        this.bmcGuid = bmcGuid;
        if (passwordKey.length > MAXIMUM_PASSWORD_LENGTH) {
            throw new IllegalArgumentException("IPMI password of " + passwordKey.length + " bytes; at most "
                    + MAXIMUM_PASSWORD_LENGTH + " are allowed");
        }
    }

    /**
     * A BMC's own key as bytes.
     *
     * @param text at most 20 bytes of text, or {@code 0x} and 40 hexadecimal digits
     * @throws IllegalArgumentException when it is neither; its message does not repeat the key
     */
    public static byte[] key(String text) {
        if (text.startsWith(HEXADECIMAL)) {
            String digits = text.substring(HEXADECIMAL.length());
            if (digits.length() != 2 * KEY_LENGTH || !digits.chars().allMatch(HexFormat::isHexDigit)) {
                throw new IllegalArgumentException("IPMI key K_g begins with " + HEXADECIMAL
                        + " but is not followed by " + 2 * KEY_LENGTH + " hexadecimal digits");
            }
            return HexFormat.of().parseHex(digits);
        }
        byte[] key = text.getBytes(StandardCharsets.UTF_8);
        if (key.length > KEY_LENGTH) {
            throw new IllegalArgumentException(
                    "IPMI key K_g of " + key.length + " bytes; at most " + KEY_LENGTH + " are allowed");
        }
        return key;
    }

    private static boolean isZero(byte[] key) {
        return Arrays.equals(key, new byte[key.length]);
    }

    /** The code by which the BMC shows that it knows the password. */
    public Bytes rakp2Code() {
        return hash(
                passwordKey,
                new ByteWriter()
                        .put32(consoleSessionId)
                        .put32(first.bmcSessionId())
                        .put(first.consoleRandom())
                        .put(bmcRandom)
                        .put(bmcGuid)
                        .put(user()));
    }

    /** The code by which the console shows that it knows the password. */
    public Bytes rakp3Code() {
        return hash(
                passwordKey,
                new ByteWriter().put(bmcRandom).put32(consoleSessionId).put(user()));
    }

    /** The value by which the BMC shows that it has the same session key. */
    public Bytes rakp4Check() {
        Bytes whole = hash(
                sessionIntegrityKey(),
                new ByteWriter()
                        .put(first.consoleRandom())
                        .put32(first.bmcSessionId())
                        .put(bmcGuid));
        return whole.slice(0, suite.integrityLength());
    }

    /** The session's encryption and authentication, with its own {@link SealTools}. */
    public SessionSeal seal() {
        return seal(new SealTools());
    }

    /** The session's encryption and authentication. */
    public SessionSeal seal(SealTools tools) {
        return new SessionSeal(suite, sessionIntegrityKey(), tools);
    }

    private byte[] sessionIntegrityKey() {
        return hash(
                        bmcKey,
                        new ByteWriter()
                                .put(first.consoleRandom())
                                .put(bmcRandom)
                                .put(user()))
                .toArray();
    }

    private Bytes user() {
        return new ByteWriter()
                .put8(first.role())
                .put8(first.username().length())
                .put(first.username())
                .toBytes();
    }

    private Bytes hash(byte[] key, ByteWriter input) {
        Mac mac = Macs.keyed(suite, key);
        return Bytes.copyOf(mac.doFinal(input.toBytes().toArray()));
    }
}
