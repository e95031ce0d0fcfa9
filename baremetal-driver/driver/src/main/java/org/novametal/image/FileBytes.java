package org.novametal.image;

import com.google.common.hash.Hasher;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** Reads bytes of a file at a position, or digests the whole file. */
final class FileBytes {
    private static final int CHUNK = 1 << 20;

    private FileBytes() {}

    /**
     * Reads up to {@code count} bytes from {@code position}, fewer at the end of the file; the buffer is flipped, and
     * big-endian.
     */
    static ByteBuffer read(FileChannel file, long position, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.BIG_ENDIAN);
        long at = position;
        while (buffer.hasRemaining()) {
            int got = file.read(buffer, at);
            if (got < 0) {
                break;
            }
            at += got;
        }
        return buffer.flip();
    }

    /** Up to {@code count} bytes from {@code position} in hexadecimal, fewer at the end of the file. */
    static String hex(FileChannel file, long position, int count) throws IOException {
        ByteBuffer buffer = read(file, position, count);
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    /** The digest of the whole file; reports the number of bytes done. */
    static ImageChecksum digest(FileChannel file, ImageChecksum.Algorithm algorithm, LongConsumer done)
            throws IOException {
        Hasher hasher = algorithm.function().newHasher();
        ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
        long at = 0;
        for (int got = file.read(buffer, at); got >= 0; got = file.read(buffer, at)) {
            at += got;
            hasher.putBytes(buffer.flip());
            buffer.clear();
            done.accept(at);
        }
        return new ImageChecksum(algorithm, hasher.hash().toString());
    }
}
