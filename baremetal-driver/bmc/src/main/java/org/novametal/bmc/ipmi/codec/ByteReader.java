package org.novametal.bmc.ipmi.codec;

/** A cursor over a message. Reading past the end is a {@link MalformedMessageException}. Not for several threads. */
final class ByteReader {
    private final String message;
    private final Bytes bytes;
    private int position;

    ByteReader(String message, Bytes bytes) {
        this.message = message;
        this.bytes = bytes;
    }

    int remaining() {
        return bytes.length() - position;
    }

    int unsigned8() {
        need(1);
        return bytes.at(position++);
    }

    /** The next byte, or 0 at the end of the message: for fields that some senders leave out. */
    int unsigned8OrZero() {
        return remaining() > 0 ? unsigned8() : 0;
    }

    /** Two bytes, the low one first. */
    int unsigned16() {
        int low = unsigned8();
        return low | unsigned8() << 8;
    }

    /** Three bytes, the low one first. */
    int unsigned24() {
        int low = unsigned16();
        return low | unsigned8() << 16;
    }

    /** Four bytes, the low one first; all 32 bits of an int. */
    int integer32() {
        int low = unsigned16();
        return low | unsigned16() << 16;
    }

    Bytes take(int count) {
        need(count);
        Bytes taken = bytes.slice(position, position + count);
        position += count;
        return taken;
    }

    Bytes rest() {
        return take(remaining());
    }

    void skip(int count) {
        need(count);
        position += count;
    }

    void end() {
        if (remaining() > 0) {
            throw wrong(remaining() + " bytes too many");
        }
    }

    void expect(String field, int seen, int wanted) {
        if (seen != wanted) {
            throw wrong(String.format("%s is 0x%02x, not 0x%02x", field, seen, wanted));
        }
    }

    MalformedMessageException wrong(String what) {
        return new MalformedMessageException(message + " of " + bytes.length() + " bytes: " + what);
    }

    private void need(int count) {
        if (count > remaining()) {
            throw wrong("ends at " + bytes.length() + " where " + (position + count) + " are needed");
        }
    }
}
