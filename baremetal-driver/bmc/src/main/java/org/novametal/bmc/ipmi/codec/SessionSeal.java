package org.novametal.bmc.ipmi.codec;

import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.novametal.bmc.ipmi.codec.SessionFrame.Protection;

/**
 * The keys of one session, and encryption and authentication with them.
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
 * <p>Other paddings are read as well, see {@link WireQuirk}; the authentication code must always be right.
 *
 * <p>Source: IPMI 2.0 §13.28.4 (integrity), §13.29 (AES-CBC-128), §13.32 (additional keying material). Not for several
 * threads.
 */
public final class SessionSeal {
    /** Length of an initialisation vector in bytes. */
    public static final int VECTOR_LENGTH = 16;

    private static final int BLOCK = 16;
    private static final int NEXT_HEADER = 0x07;
    private static final int LONGEST_INTEGRITY_PAD = 3;

    private final CipherSuite suite;
    private final SecretKeySpec integrityKey;
    private final SecretKeySpec encryptionKey;
    private final SealTools tools;
    private long openedCode;

    /** Derives the keys from the session integrity key of a finished key exchange. */
    SessionSeal(CipherSuite suite, byte[] sessionIntegrityKey, SealTools tools) {
        this.suite = suite;
        this.integrityKey = new SecretKeySpec(Macs.additionalKey(suite, sessionIntegrityKey, 1), suite.macName());
        this.encryptionKey = new SecretKeySpec(Macs.additionalKey(suite, sessionIntegrityKey, 2), 0, BLOCK, "AES");
        this.tools = tools;
    }

    /**
     * Encrypts and authenticates a payload.
     *
     * @param vector 16 unpredictable bytes, different for each packet
     */
    public SessionFrame seal(PayloadType type, int sessionId, int sequence, Bytes payload, Bytes vector) {
        return (SessionFrame) RmcpFrame.decode(sealDatagram(type, sessionId, sequence, payload, vector));
    }

    /**
     * The same as {@link #seal}, as the whole datagram.
     *
     * @param vector 16 unpredictable bytes, different for each packet
     */
    public Bytes sealDatagram(PayloadType type, int sessionId, int sequence, Bytes payload, Bytes vector) {
        if (vector.length() != VECTOR_LENGTH) {
            throw new IllegalArgumentException("initialisation vector of " + vector.length() + " bytes, not 16");
        }
        int padded = payload.length() / BLOCK * BLOCK + BLOCK;
        int covered = SessionFrame.HEADER_LENGTH + VECTOR_LENGTH + padded;
        int padding = Math.floorMod(-(covered + 2), 4);
        byte[] datagram = new byte[SessionFrame.RMCP_LENGTH + covered + padding + 2 + suite.integrityLength()];
        ByteWriter writer = ByteWriter.rmcp(datagram);
        SessionFrame.writeHeader(
                writer, Protection.AUTHENTICATED_AND_ENCRYPTED, type, sessionId, sequence, VECTOR_LENGTH + padded);
        writer.put(vector);
        int plainAt = writer.length();
        writer.put(payload);
        int fill = padded - payload.length() - 1;
        for (int i = 1; i <= fill; i++) {
            writer.put8(i);
        }
        writer.put8(fill).fill(padding, 0xff).put8(padding).put8(NEXT_HEADER);
        try {
            Cipher cipher = tools.encryption();
            cipher.init(Cipher.ENCRYPT_MODE, encryptionKey, vector.vector(VECTOR_LENGTH));
            cipher.doFinal(datagram, plainAt, padded, datagram, plainAt);
            Mac hash = tools.hash(suite, integrityKey);
            hash.update(datagram, SessionFrame.RMCP_LENGTH, writer.length() - SessionFrame.RMCP_LENGTH);
            System.arraycopy(hash.doFinal(), 0, datagram, writer.length(), suite.integrityLength());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot seal a packet with cipher suite " + suite.id(), e);
        }
        return Bytes.wrap(datagram, 0, datagram.length);
    }

    /**
     * Checks a packet and returns its decrypted payload.
     *
     * @throws MalformedMessageException when it is not both encrypted and authenticated by these keys
     */
    public Bytes open(SessionFrame frame) {
        return open(frame, SeenQuirks.unreported());
    }

    /**
     * The same, recording the packet's departures from the specification.
     *
     * @throws MalformedMessageException when it is not both encrypted and authenticated by these keys
     */
    public Bytes open(SessionFrame frame, SeenQuirks quirks) {
        if (frame.protection() != Protection.AUTHENTICATED_AND_ENCRYPTED) {
            throw new MalformedMessageException("RMCP+ packet in a session is protected by " + frame.protection()
                    + ", wanted " + Protection.AUTHENTICATED_AND_ENCRYPTED);
        }
        Bytes trailer = frame.trailer();
        int codeAt = trailer.length() - suite.integrityLength();
        if (codeAt < 0) {
            throw new MalformedMessageException("RMCP+ trailer of " + trailer.length() + " bytes has no room for the "
                    + suite.integrityLength() + " bytes of its authentication code");
        }
        if (!isAuthentic(frame, codeAt)) {
            codeAt = codeBeforeExtraBytes(frame, codeAt);
            quirks.note(WireQuirk.EXTRA_BYTES);
        }
        if (codeAt < 2 || trailer.at(codeAt - 2) != codeAt - 2 || trailer.at(codeAt - 1) != NEXT_HEADER) {
            quirks.note(WireQuirk.INTEGRITY_PAD);
        }
        return decrypt(frame.payload(), quirks);
    }

    /** Where the authentication code is in a trailer with bytes beyond it: after the integrity pad, which has its length. */
    private int codeBeforeExtraBytes(SessionFrame frame, int end) {
        for (int pad = 0; pad <= LONGEST_INTEGRITY_PAD && pad + 2 < end; pad++) {
            if (frame.trailer().at(pad) == pad && isAuthentic(frame, pad + 2)) {
                return pad + 2;
            }
        }
        throw new MalformedMessageException("RMCP+ packet with a wrong authentication code");
    }

    /** The first 8 bytes of the authentication code of the packet that was opened last, which identify the packet. */
    public long openedCode() {
        return openedCode;
    }

    private boolean isAuthentic(SessionFrame frame, int codeAt) {
        Bytes code = frame.trailer().slice(codeAt, codeAt + suite.integrityLength());
        if (!authenticationCode(frame, frame.trailer().slice(0, codeAt)).matches(code)) {
            return false;
        }
        openedCode = code.first64();
        return true;
    }

    private Bytes authenticationCode(SessionFrame frame, Bytes uncovered) {
        try {
            Mac hash = tools.hash(suite, integrityKey);
            frame.header().addTo(hash);
            frame.payload().addTo(hash);
            uncovered.addTo(hash);
            return Bytes.wrap(hash.doFinal(), 0, suite.integrityLength());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot check a packet with cipher suite " + suite.id(), e);
        }
    }

    private Bytes decrypt(Bytes payload, SeenQuirks quirks) {
        int length = payload.length() - VECTOR_LENGTH;
        if (length < BLOCK || length % BLOCK != 0) {
            throw new MalformedMessageException("AES payload of " + payload.length() + " bytes");
        }
        byte[] padded;
        try {
            Cipher cipher = tools.decryption();
            cipher.init(Cipher.DECRYPT_MODE, encryptionKey, payload.vector(VECTOR_LENGTH));
            padded = payload.through(cipher, VECTOR_LENGTH);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot decrypt a packet with cipher suite " + suite.id(), e);
        }
        int padding = padded[length - 1] & 0xff;
        int end = length - 1 - padding;
        if (end < 0) {
            throw new MalformedMessageException(
                    "AES payload of " + length + " bytes says that " + padding + " bytes are padding");
        }
        if (padding > BLOCK - 1) {
            quirks.note(WireQuirk.AES_PAD_LENGTH);
        }
        for (int i = 0; i < padding; i++) {
            if (padded[end + i] != (byte) (i + 1)) {
                quirks.note(WireQuirk.AES_PAD_BYTES);
                break;
            }
        }
        return Bytes.wrap(padded, 0, end);
    }
}
