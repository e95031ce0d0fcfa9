package org.novametal.bmc.ipmi.codec;

import java.security.GeneralSecurityException;
import java.util.EnumMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The cipher and the keyed hashes that the {@link SessionSeal}s of one thread share: they are large and slow to create, but
 * quick to initialise with another session's keys. Not for several threads: owned by the thread that drives the sessions.
 */
public final class SealTools {
    private final Map<CipherSuite, Mac> hashes = new EnumMap<>(CipherSuite.class);
    private final Cipher encryption;
    private final Cipher decryption;

    /** Tools for one thread. */
    public SealTools() {
        try {
            encryption = Cipher.getInstance("AES/CBC/NoPadding");
            decryption = Cipher.getInstance("AES/CBC/NoPadding");
            for (CipherSuite suite : CipherSuite.values()) {
                hashes.put(suite, Mac.getInstance(suite.macName()));
            }
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks AES/CBC/NoPadding or a keyed hash", e);
        }
    }

    /** The suite's keyed hash, initialised with a key. */
    Mac hash(CipherSuite suite, SecretKeySpec key) throws GeneralSecurityException {
        Mac hash = hashes.get(suite);
        if (hash == null) {
            throw new IllegalStateException("no keyed hash of " + suite);
        }
        hash.init(key);
        return hash;
    }

    /** For {@link Cipher#ENCRYPT_MODE}. */
    Cipher encryption() {
        return encryption;
    }

    /** For {@link Cipher#DECRYPT_MODE}. */
    Cipher decryption() {
        return decryption;
    }
}
