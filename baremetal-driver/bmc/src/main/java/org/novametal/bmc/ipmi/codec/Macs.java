package org.novametal.bmc.ipmi.codec;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Keyed hashes of a cipher suite. */
final class Macs {
    private static final int CONSTANT_LENGTH = 20;

    private Macs() {}

    /**
     * A keyed hash, ready for use. An empty key (from an empty password) is replaced by one zero byte; the result is the
     * same, as HMAC pads keys with zeros.
     */
    static Mac keyed(CipherSuite suite, byte[] key) {
        try {
            Mac mac = Mac.getInstance(suite.macName());
            mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, suite.macName()));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + suite.macName(), e);
        }
    }

    /** The key K1 or K2: the keyed hash of 20 bytes, each equal to the key's number. IPMI 2.0 §13.32. */
    static byte[] additionalKey(CipherSuite suite, byte[] sessionIntegrityKey, int number) {
        byte[] constant = new byte[CONSTANT_LENGTH];
        Arrays.fill(constant, (byte) number);
        return keyed(suite, sessionIntegrityKey).doFinal(constant);
    }
}
