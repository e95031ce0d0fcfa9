package org.novametal.bmc.ipmi.codec;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A sequence of bytes that never changes: what message records hold in place of arrays.
 *
 * <p>It prints as lower-case hexadecimal digits, so it is no place for keys.
 */
public final class Bytes {
    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0]);

    private final byte[] content;

    private Bytes(byte[] content) {
        this.content = content;
    }

    /** A copy of an array. */
    public static Bytes copyOf(byte[] content) {
        return new Bytes(content.clone());
    }

    /** A copy of the first {@code length} bytes of an array. */
    public static Bytes copyOf(byte[] content, int length) {
        return new Bytes(Arrays.copyOf(content, length));
    }

    /** Single bytes, of each number the low eight bits. */
    public static Bytes of(int... numbers) {
        byte[] content = new byte[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            content[i] = (byte) numbers[i];
        }
        return new Bytes(content);
    }

    /**
     * What hexadecimal digits stand for.
     *
     * @throws IllegalArgumentException when the text is not pairs of digits
     */
    public static Bytes fromHex(String digits) {
        return new Bytes(HexFormat.of().parseHex(digits));
    }

    /** How many there are. */
    public int length() {
        return content.length;
    }

    /** The byte at an index, 0 to 255. */
    public int at(int index) {
        return content[index] & 0xff;
    }

    /** The bytes from an index on to the one before another. */
    public Bytes slice(int from, int to) {
        return new Bytes(Arrays.copyOfRange(content, from, to));
    }

    /** These bytes, and others behind them. */
    public Bytes concat(Bytes others) {
        byte[] joined = Arrays.copyOf(content, content.length + others.content.length);
        System.arraycopy(others.content, 0, joined, content.length, others.content.length);
        return new Bytes(joined);
    }

    /** A copy as an array. */
    public byte[] toArray() {
        return content.clone();
    }

    /** Compares in a time that does not tell where the difference is; for authentication codes. */
    public boolean matches(Bytes other) {
        return MessageDigest.isEqual(content, other.content);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that && Arrays.equals(content, that.content);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(content);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(content);
    }
}
