package org.novametal.bmc.ipmi.codec;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;

/**
 * An immutable sequence of bytes, used in message records instead of arrays.
 *
 * <p>{@link #toString} prints the bytes as lower-case hexadecimal digits, so do not store keys in it.
 */
public final class Bytes {
    /** No bytes. */
    public static final Bytes EMPTY = new Bytes(new byte[0], 0, 0);

    private final byte[] content;
    private final int start;
    private final int length;

    private Bytes(byte[] content, int start, int length) {
        this.content = content;
        this.start = start;
        this.length = length;
    }

    /** A copy of an array. */
    public static Bytes copyOf(byte[] content) {
        return copyOf(content, content.length);
    }

    /** A copy of the first {@code length} bytes of an array. */
    public static Bytes copyOf(byte[] content, int length) {
        return new Bytes(Arrays.copyOf(content, length), 0, length);
    }

    /** Reads all remaining bytes of a buffer into a copy. */
    public static Bytes read(ByteBuffer buffer) {
        byte[] content = new byte[buffer.remaining()];
        buffer.get(content);
        return new Bytes(content, 0, content.length);
    }

    /** Wraps part of an array without a copy; the array must not change afterwards. */
    static Bytes wrap(byte[] content, int start, int length) {
        return new Bytes(content, start, length);
    }

    /** One byte for each number: its low eight bits. */
    public static Bytes of(int... numbers) {
        byte[] content = new byte[numbers.length];
        for (int i = 0; i < numbers.length; i++) {
            content[i] = (byte) numbers[i];
        }
        return new Bytes(content, 0, content.length);
    }

    /**
     * Parses hexadecimal digits.
     *
     * @throws IllegalArgumentException when the text is not pairs of digits
     */
    public static Bytes fromHex(String digits) {
        byte[] content = HexFormat.of().parseHex(digits);
        return new Bytes(content, 0, content.length);
    }

    /** The number of bytes. */
    public int length() {
        return length;
    }

    /** The byte at an index, 0 to 255. */
    public int at(int index) {
        return content[start + Objects.checkIndex(index, length)] & 0xff;
    }

    /** The bytes from an index, inclusive, to another, exclusive. The result shares this sequence's memory. */
    public Bytes slice(int from, int to) {
        Objects.checkFromToIndex(from, to, length);
        return new Bytes(content, start + from, to - from);
    }

    /** These bytes followed by others. */
    public Bytes concat(Bytes others) {
        byte[] joined = Arrays.copyOfRange(content, start, start + length + others.length);
        others.copyTo(joined, length);
        return new Bytes(joined, 0, joined.length);
    }

    /** A copy as an array. */
    public byte[] toArray() {
        return Arrays.copyOfRange(content, start, start + length);
    }

    /** Writes the bytes into a buffer. */
    public void writeTo(ByteBuffer buffer) {
        buffer.put(content, start, length);
    }

    /** Copies the bytes into an array. */
    void copyTo(byte[] target, int at) {
        System.arraycopy(content, start, target, at, length);
    }

    /** The first 8 bytes as a number; there must be as many. */
    long first64() {
        long number = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            number = number << Byte.SIZE | at(i);
        }
        return number;
    }

    /** Adds the bytes to a keyed hash. */
    void addTo(Mac mac) {
        mac.update(content, start, length);
    }

    /** The result of a cipher for the bytes from an index on. */
    byte[] through(Cipher cipher, int from) throws GeneralSecurityException {
        return cipher.doFinal(content, start + from, length - from);
    }

    /** The initialisation vector at the start of the bytes. */
    IvParameterSpec vector(int vectorLength) {
        return new IvParameterSpec(content, start, vectorLength);
    }

    /** Compares in constant time; for authentication codes. */
    public boolean matches(Bytes other) {
        return MessageDigest.isEqual(toArray(), other.toArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bytes that
                && Arrays.equals(content, start, start + length, that.content, that.start, that.start + that.length);
    }

    @Override
    public int hashCode() {
        int hash = 1;
        for (int i = start; i < start + length; i++) {
            hash = 31 * hash + content[i];
        }
        return hash;
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(content, start, start + length);
    }
}
