package org.novametal.bmc.ipmi.codec;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.novametal.bmc.ipmi.codec.SessionFrame.Protection;

/**
 * The keys of one session, and the encryption and authentication that they do.
 *
 * <pre>
 *  encrypted payload:
 *   0..15             16
 *  +-----------------+-----------------------------------------+
 *  | initialisation  | AES-CBC-128 of: payload, 01 02 … n, n   |   n = 0..15 makes this a multiple of 16
 *  | vector          |                                         |
 *  +-----------------+-----------------------------------------+
 * </pre>
 *
 * <p>Source: IPMI 2.0 §13.28.4 (integrity), §13.29 (AES-CBC-128), §13.32 (additional keying material). Not for several
 * threads.
 */
public final class SessionSeal {
    /** The bytes of an initialisation vector. */
    public static final int VECTOR_LENGTH = 16;

    private static final int NEXT_HEADER = 0x07;

    private final CipherSuite suite;
    private final Mac integrity;
    private final SecretKeySpec encryptionKey;

    /** Takes the session integrity key of a finished key exchange. */
    SessionSeal(CipherSuite suite, byte[] sessionIntegrityKey) {
        this.suite = suite;
        this.integrity = Macs.keyed(suite, Macs.additionalKey(suite, sessionIntegrityKey, 1));
        byte[] secondKey = Macs.additionalKey(suite, sessionIntegrityKey, 2);
        this.encryptionKey = new SecretKeySpec(secondKey, 0, 16, "AES");
    }

    /**
     * Encrypts and authenticates a payload.
     *
     * @param vector 16 bytes that nobody can guess, new ones for each packet
     */
    public SessionFrame seal(PayloadType type, int sessionId, int sequence, Bytes payload, Bytes vector) {
        Bytes encrypted = encrypt(payload, vector);
        SessionFrame bare = new SessionFrame(
                type, Protection.AUTHENTICATED_AND_ENCRYPTED, sessionId, sequence, encrypted, Bytes.EMPTY);
        Bytes start = bare.withoutTrailer();
        int padding = Math.floorMod(-(start.length() + 2), 4);
        Bytes covered = new ByteWriter()
                .put(start)
                .fill(padding, 0xff)
                .put8(padding)
                .put8(NEXT_HEADER)
                .toBytes();
        Bytes trailer = new ByteWriter()
                .put(covered.slice(start.length(), covered.length()))
                .put(authenticationCode(covered))
                .toBytes();
        return new SessionFrame(type, bare.protection(), sessionId, sequence, encrypted, trailer);
    }

    /**
     * Checks a packet and gives its decrypted payload.
     *
     * @throws MalformedMessageException when it is not both encrypted and authenticated by these keys
     */
    public Bytes open(SessionFrame frame) {
        if (frame.protection() != Protection.AUTHENTICATED_AND_ENCRYPTED) {
            throw new MalformedMessageException("RMCP+ packet in a session is protected by " + frame.protection()
                    + ", wanted " + Protection.AUTHENTICATED_AND_ENCRYPTED);
        }
        int codeAt = frame.trailer().length() - suite.integrityLength();
        if (codeAt < 2) {
            throw new MalformedMessageException(
                    "RMCP+ trailer of " + frame.trailer().length() + " bytes is too short");
        }
        Bytes uncovered = frame.trailer().slice(0, codeAt);
        Bytes covered =
                new ByteWriter().put(frame.withoutTrailer()).put(uncovered).toBytes();
        if (!authenticationCode(covered)
                .matches(frame.trailer().slice(codeAt, frame.trailer().length()))) {
            throw new MalformedMessageException("RMCP+ packet with a wrong authentication code");
        }
        if (uncovered.at(codeAt - 2) != codeAt - 2) {
            throw new MalformedMessageException("RMCP+ trailer says " + uncovered.at(codeAt - 2) + " bytes of padding, "
                    + (codeAt - 2) + " are there");
        }
        return decrypt(frame.payload());
    }

    private Bytes authenticationCode(Bytes covered) {
        return Bytes.copyOf(integrity.doFinal(covered.toArray()), suite.integrityLength());
    }

    private Bytes encrypt(Bytes payload, Bytes vector) {
        if (vector.length() != VECTOR_LENGTH) {
            throw new IllegalArgumentException("initialisation vector of " + vector.length() + " bytes, not 16");
        }
        int padding = Math.floorMod(-(payload.length() + 1), 16);
        ByteWriter plain = new ByteWriter().put(payload);
        for (int i = 1; i <= padding; i++) {
            plain.put8(i);
        }
        byte[] padded = plain.put8(padding).toBytes().toArray();
        Bytes encrypted = Bytes.copyOf(aes(Cipher.ENCRYPT_MODE, vector.toArray(), padded));
        return new ByteWriter().put(vector).put(encrypted).toBytes();
    }

    private Bytes decrypt(Bytes payload) {
        int length = payload.length() - VECTOR_LENGTH;
        if (length < 16 || length % 16 != 0) {
            throw new MalformedMessageException("AES payload of " + payload.length() + " bytes");
        }
        byte[] all = payload.toArray();
        byte[] padded =
                aes(Cipher.DECRYPT_MODE, Arrays.copyOf(all, 16), Arrays.copyOfRange(all, VECTOR_LENGTH, all.length));
        int padding = padded[length - 1] & 0xff;
        if (padding > 15) {
            throw new MalformedMessageException("AES payload with " + padding + " bytes of padding; 15 are the most");
        }
        int end = length - 1 - padding;
        for (int i = 0; i < padding; i++) {
            if (padded[end + i] != i + 1) {
                throw new MalformedMessageException("AES payload whose padding is not 1, 2, 3, …");
            }
        }
        return Bytes.copyOf(padded, end);
    }

    private byte[] aes(int mode, byte[] vector, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(mode, encryptionKey, new IvParameterSpec(vector));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks AES/CBC/NoPadding", e);
        }
    }
}
