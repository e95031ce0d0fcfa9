package org.novametal.bmc.ipmi.codec;

import java.util.Arrays;

/** Puts a message together, numbers with the low byte first. Not for several threads. */
final class ByteWriter {
    private byte[] content = new byte[64];
    private int length;

    /** A writer that begins with the header drawn in {@link RmcpFrame}. */
    static ByteWriter rmcp() {
        return new ByteWriter().put8(0x06).put8(0x00).put8(0xff).put8(0x07);
    }

    ByteWriter put8(int number) {
        if (length == content.length) {
            content = Arrays.copyOf(content, 2 * length);
        }
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
        for (int i = 0; i < bytes.length(); i++) {
            put8(bytes.at(i));
        }
        return this;
    }

    ByteWriter fill(int count, int number) {
        for (int i = 0; i < count; i++) {
            put8(number);
        }
        return this;
    }

    int length() {
        return length;
    }

    Bytes toBytes() {
        return Bytes.copyOf(content, length);
    }
}
