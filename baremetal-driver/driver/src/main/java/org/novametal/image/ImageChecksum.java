package org.novametal.image;

import com.google.common.hash.HashFunction;
import com.google.common.hash.Hashing;
import java.util.Locale;
import java.util.Objects;

/**
 * A digest of some bytes, with its algorithm.
 *
 * @param algorithm the digest algorithm
 * @param hex the digest, lower-case hexadecimal
 */
public record ImageChecksum(Algorithm algorithm, String hex) {
    /** A digest algorithm. Texts name only those that are still trusted: MD5 and SHA-1 are not. */
    public enum Algorithm {
        /** MD5: shows damage, but no forgery. Only for images of a catalog that has no other digest of them. */
        MD5("md5", 32),
        /** SHA-256. */
        SHA256("sha256", 64),
        /** SHA-512. */
        SHA512("sha512", 128);

        private final String label;
        private final int hexLength;

        Algorithm(String label, int hexLength) {
            this.label = label;
            this.hexLength = hexLength;
        }

        /** Its name as Glance's {@code os_hash_algo} and the deploy agent spell it: {@code sha256}, {@code sha512}. */
        public String label() {
            return label;
        }

        /**
         * The algorithm of that name.
         *
         * @param label as {@link #label()}, in upper or lower case
         * @throws IllegalArgumentException when the name is unknown
         */
        public static Algorithm of(String label) {
            String wanted = label.toLowerCase(Locale.ROOT);
            for (Algorithm algorithm : values()) {
                if (algorithm.isTrusted() && algorithm.label.equals(wanted)) {
                    return algorithm;
                }
            }
            throw new IllegalArgumentException("checksum algorithm '" + label + "' is not sha256 or sha512");
        }

        /** Whether nobody can make other content with the same digest. */
        public boolean isTrusted() {
            return this != MD5;
        }

        @SuppressWarnings("deprecation") // MD5 is for catalogs of old
        HashFunction function() {
            return switch (this) {
                case MD5 -> Hashing.md5();
                case SHA256 -> Hashing.sha256();
                case SHA512 -> Hashing.sha512();
            };
        }
    }

    /** Checks that the digest has the length and the digits of its algorithm; converts it to lower case. */
    public ImageChecksum {
        Objects.requireNonNull(algorithm, "algorithm");
        hex = hex.toLowerCase(Locale.ROOT);
        if (hex.length() != algorithm.hexLength || !hex.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 128)) {
            throw new IllegalArgumentException("'" + hex + "' is not a " + algorithm.label + " digest: it must be "
                    + algorithm.hexLength + " hexadecimal digits");
        }
    }

    /**
     * Reads a checksum.
     *
     * @param text {@code sha256:HEX} or {@code sha512:HEX}; the length of a bare digest names its algorithm
     * @throws IllegalArgumentException saying what is wrong with it
     */
    public static ImageChecksum parse(String text) {
        String trimmed = text.trim();
        int colon = trimmed.indexOf(':');
        if (colon >= 0) {
            return new ImageChecksum(Algorithm.of(trimmed.substring(0, colon)), trimmed.substring(colon + 1));
        }
        return new ImageChecksum(
                trimmed.length() == Algorithm.SHA512.hexLength ? Algorithm.SHA512 : Algorithm.SHA256, trimmed);
    }

    /** {@code sha256:HEX}. */
    @Override
    public String toString() {
        return algorithm.label + ":" + hex;
    }
}
