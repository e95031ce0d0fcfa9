package org.novametal.bmc.ipmi.codec;

import java.nio.charset.StandardCharsets;
import javax.crypto.Mac;

/**
 * What both sides know once RAKP 1 and 2 are exchanged, the password included, and the codes that follow from it.
 *
 * <pre>
 *  Rm, Rc: random numbers of console and BMC       SIDm, SIDc: session ids of console and BMC
 *  user = role byte, length of the name, name      K_uid: the password      K_g: here the same
 *
 *  RAKP 2 code  = HMAC_K_uid(SIDm, SIDc, Rm, Rc, GUID, user)
 *  RAKP 3 code  = HMAC_K_uid(Rc, SIDm, user)
 *  SIK          = HMAC_K_g(Rm, Rc, user)
 *  RAKP 4 check = HMAC_SIK(Rm, SIDc, GUID), shortened
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.28 (authentication), §13.31 (SIK), §13.28.1 (RAKP 4 check). Not for several threads. It prints
 * nothing secret.
 */
public final class RakpTranscript {
    /** The longest password, in bytes. */
    public static final int MAXIMUM_PASSWORD_LENGTH = 20;

    private final CipherSuite suite;
    private final byte[] passwordKey;
    private final Rakp1 first;
    private final int consoleSessionId;
    private final Bytes bmcRandom;
    private final Bytes bmcGuid;

    /**
     * Collects what was said.
     *
     * @param suite the agreed suite
     * @param password at most 20 bytes in UTF-8
     * @param first RAKP 1
     * @param consoleSessionId the console's number of the session
     * @param bmcRandom from RAKP 2
     * @param bmcGuid from RAKP 2
     */
    public RakpTranscript(
            CipherSuite suite, String password, Rakp1 first, int consoleSessionId, Bytes bmcRandom, Bytes bmcGuid) {
        this.suite = suite;
        this.passwordKey = password.getBytes(StandardCharsets.UTF_8);
        this.first = first;
        this.consoleSessionId = consoleSessionId;
        this.bmcRandom = bmcRandom;
        this.bmcGuid = bmcGuid;
        if (passwordKey.length > MAXIMUM_PASSWORD_LENGTH) {
            throw new IllegalArgumentException(
                    "IPMI password of " + passwordKey.length + " bytes; " + MAXIMUM_PASSWORD_LENGTH + " are the most");
        }
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

    /** The session's encryption and authentication. */
    public SessionSeal seal() {
        return new SessionSeal(suite, sessionIntegrityKey());
    }

    private byte[] sessionIntegrityKey() {
        return hash(
                        passwordKey,
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
