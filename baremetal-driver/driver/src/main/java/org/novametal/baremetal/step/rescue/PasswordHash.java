package org.novametal.baremetal.step.rescue;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.nio.charset.StandardCharsets;
import java.util.random.RandomGenerator;
import org.novametal.driver.model.Secret;

/**
 * The SHA-512 hash of a password in the form that Linux systems keep in {@code /etc/shadow}: {@code $6$SALT$HASH}, with 5,000
 * rounds.
 *
 * <p>Source: U. Drepper, "Unix crypt using SHA-256 and SHA-512"; crypt(5).
 */
final class PasswordHash {
    private static final String ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int SALT_LENGTH = 16;
    private static final int ROUNDS = 5000;
    private static final int DIGEST_LENGTH = 64;

    private PasswordHash() {}

    /** The hash of a password with a random salt. */
    static String of(Secret password, RandomGenerator random) {
        StringBuilder salt = new StringBuilder();
        for (int i = 0; i < SALT_LENGTH; i++) {
            salt.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
        }
        return hash(password.reveal(), salt.toString());
    }

    /** The hash of a password with a salt of at most 16 characters. */
    static String hash(String password, String salt) {
        byte[] key = password.getBytes(StandardCharsets.UTF_8);
        byte[] spice = salt.getBytes(StandardCharsets.UTF_8);
        byte[] alternate = digest(key, spice, key);
        Hasher hasher = Hashing.sha512().newHasher().putBytes(key).putBytes(spice);
        hasher.putBytes(repeated(alternate, key.length));
        for (int bits = key.length; bits > 0; bits >>= 1) {
            hasher.putBytes((bits & 1) != 0 ? alternate : key);
        }
        byte[] present = hasher.hash().asBytes();
        byte[] keySequence = repeated(digest(times(key, key.length)), key.length);
        byte[] saltSequence = repeated(digest(times(spice, 16 + (present[0] & 0xFF))), spice.length);
        for (int round = 0; round < ROUNDS; round++) {
            boolean odd = (round & 1) != 0;
            Hasher next = Hashing.sha512().newHasher().putBytes(odd ? keySequence : present);
            if (round % 3 != 0) {
                next.putBytes(saltSequence);
            }
            if (round % 7 != 0) {
                next.putBytes(keySequence);
            }
            present = next.putBytes(odd ? present : keySequence).hash().asBytes();
        }
        return "$6$" + salt + "$" + encoded(present);
    }

    private static byte[] digest(byte[]... parts) {
        Hasher hasher = Hashing.sha512().newHasher();
        for (byte[] part : parts) {
            hasher.putBytes(part);
        }
        return hasher.hash().asBytes();
    }

    private static byte[] times(byte[] bytes, int count) {
        return repeated(bytes, bytes.length * count);
    }

    /** As many bytes as wanted, the given ones over and over. */
    private static byte[] repeated(byte[] bytes, int length) {
        byte[] result = new byte[length];
        for (int at = 0; at < length; at++) {
            result[at] = bytes[at % bytes.length];
        }
        return result;
    }

    /** The digest as text: groups of three bytes, a third of the digest apart and rotating, low bits first. */
    private static String encoded(byte[] digest) {
        StringBuilder text = new StringBuilder();
        int[] group = {0, 21, 42};
        for (int i = 0; i < DIGEST_LENGTH / 3; i++) {
            append(text, digest[group[0]], digest[group[1]], digest[group[2]], 4);
            group = new int[] {group[1] + 1, group[2] + 1, group[0] + 1};
        }
        append(text, (byte) 0, (byte) 0, digest[DIGEST_LENGTH - 1], 2);
        return text.toString();
    }

    private static void append(StringBuilder text, byte high, byte middle, byte low, int characters) {
        int bits = (high & 0xFF) << 16 | (middle & 0xFF) << 8 | (low & 0xFF);
        for (int i = 0; i < characters; i++) {
            text.append(ALPHABET.charAt(bits & 0x3F));
            bits >>= 6;
        }
    }
}
