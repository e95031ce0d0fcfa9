package org.novametal.fake;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.ipmi.codec.Bytes;
import org.novametal.bmc.ipmi.codec.CipherSuite;
import org.novametal.bmc.ipmi.codec.PayloadType;
import org.novametal.bmc.ipmi.codec.Rakp1;
import org.novametal.bmc.ipmi.codec.RakpTranscript;

/**
 * Seals the packets of a session as BMCs do whose paddings depart from the specification. It computes the keys on its own, so
 * that it also proves those of the codec. Source: IPMI 2.0 §13.28, §13.29, §13.31, §13.32.
 */
final class OddSeal {
    private static final int BLOCK = 16;
    private static final int RMCP_LENGTH = 4;

    private final String macName;
    private final int codeLength;
    private final byte[] integrityKey;
    private final byte[] encryptionKey;

    /** The keys of a session. */
    OddSeal(CipherSuite suite, BmcCredentials user, Rakp1 first, Bytes bmcRandom) {
        macName = switch (suite) {
            case SUITE_17 -> "HmacSHA256";
            case SUITE_3 -> "HmacSHA1";
        };
        codeLength = switch (suite) {
            case SUITE_17 -> 16;
            case SUITE_3 -> 12;
        };
        byte[] key = user.key().map(RakpTranscript::key).orElse(user.password().getBytes(StandardCharsets.UTF_8));
        Bytes name = Bytes.of(first.role(), first.username().length()).concat(first.username());
        byte[] session =
                hash(key, first.consoleRandom().concat(bmcRandom).concat(name).toArray());
        integrityKey = hash(session, constant(1));
        encryptionKey = Arrays.copyOf(hash(session, constant(2)), BLOCK);
    }

    private static byte[] constant(int number) {
        byte[] constant = new byte[20];
        Arrays.fill(constant, (byte) number);
        return constant;
    }

    private byte[] hash(byte[] key, byte[] content) {
        try {
            Mac mac = Mac.getInstance(macName);
            mac.init(new SecretKeySpec(key, macName));
            return mac.doFinal(content);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot compute " + macName, e);
        }
    }

    /**
     * A sealed datagram.
     *
     * @param vector 16 bytes
     * @param faults whether the padding is a whole block where none is needed, its content zeros, the integrity pad missing
     */
    Bytes seal(PayloadType type, int sessionId, int sequence, Bytes payload, Bytes vector, FakeFaults faults) {
        int fill = Math.floorMod(-(payload.length() + 1), BLOCK);
        if (faults.has(FakeFault.AES_FULL_PAD) && fill == 0) {
            fill = BLOCK;
        }
        byte[] plain = new byte[payload.length() + fill + 1];
        System.arraycopy(payload.toArray(), 0, plain, 0, payload.length());
        for (int i = 1; i <= fill; i++) {
            plain[payload.length() + i - 1] = (byte) (faults.has(FakeFault.AES_PAD_ZEROS) ? 0 : i);
        }
        plain[plain.length - 1] = (byte) fill;
        byte[] encrypted = encrypt(plain, vector.toArray());
        int length = BLOCK + encrypted.length;
        int align = faults.has(FakeFault.NO_INTEGRITY_PAD) ? 0 : Math.floorMod(-(12 + length + 2), 4);
        ByteBuffer datagram = ByteBuffer.allocate(RMCP_LENGTH + 12 + length + align + 2 + codeLength)
                .order(ByteOrder.LITTLE_ENDIAN);
        datagram.put(new byte[] {0x06, 0x00, (byte) 0xff, 0x07, 0x06, (byte) (0xc0 | type.code())})
                .putInt(sessionId)
                .putInt(sequence)
                .putShort((short) length)
                .put(vector.toArray())
                .put(encrypted);
        for (int i = 0; i < align; i++) {
            datagram.put((byte) 0xff);
        }
        datagram.put((byte) align).put((byte) (faults.has(FakeFault.NO_INTEGRITY_PAD) ? 0 : 0x07));
        byte[] covered = Arrays.copyOfRange(datagram.array(), RMCP_LENGTH, datagram.position());
        datagram.put(hash(integrityKey, covered), 0, codeLength);
        return Bytes.copyOf(datagram.array());
    }

    private byte[] encrypt(byte[] plain, byte[] vector) {
        try {
            Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(encryptionKey, "AES"), new IvParameterSpec(vector));
            return cipher.doFinal(plain);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("cannot encrypt with AES", e);
        }
    }
}
