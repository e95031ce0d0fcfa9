package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;

/** Builds a message, with the low byte of numbers first. Not for several threads. */
final class ByteWriter {
    private byte[] content;
    private int length;

    ByteWriter() {
        this(new byte[64]);
    }

    private ByteWriter(byte[] content) {
        this.content = content;
    }

    /** A writer that begins with the header drawn in {@link RmcpFrame}. */
    static ByteWriter rmcp() {
        return rmcp(new byte[128]);
    }

    /** The same, written into the given array as long as it has room. */
    static ByteWriter rmcp(byte[] content) {
        return new ByteWriter(content).put8(0x06).put8(0x00).put8(0xff).put8(0x07);
    }

    ByteWriter put8(int number) {
        reserve(1);
        content[length++] = (byte) number;
        return this;
    }

    ByteWriter put16(int number) {
        return put8(number).put8(number >> 8);
    }

    ByteWriter put24(int number) {
        return put16(number).put8(number >> 16);
    }

    ByteWriter put32(int number) {
        return put16(number).put16(number >> 16);
    }

    ByteWriter put(Bytes bytes) {
        reserve(bytes.length());
        bytes.copyTo(content, length);
        length += bytes.length();
        return this;
    }

    ByteWriter fill(int count, int number) {
        for (int i = 0; i < count; i++) {
            put8(number);
        }
        return this;
    }

    /** Appends the byte that makes the sum of all bytes from an index on 0 modulo 256. */
    ByteWriter putChecksum(int from) {
        int sum = 0;
        for (int i = from; i < length; i++) {
            sum += content[i];
        }
        return put8(-sum);
    }

    int length() {
        return length;
    }

    /** The bytes written; the writer must not be used again. */
    Bytes toBytes() {
        return Bytes.wrap(content, 0, length);
    }

    private void reserve(int count) {
        if (length + count > content.length) {
            content = Arrays.copyOf(content, Math.max(2 * content.length, length + count));
        }
    }
}
