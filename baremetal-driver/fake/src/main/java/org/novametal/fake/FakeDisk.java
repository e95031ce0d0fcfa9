package org.novametal.fake;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A fake machine's disk: a sparse file of fixed length. Parts that were never written read as zeros.
 *
 * <p>Safe for several threads; after concurrent writes of the same bytes, either content may remain.
 */
public final class FakeDisk implements AutoCloseable {
    private static final int ZERO_CHUNK_BYTES = 1 << 20;

    private final FileChannel channel;
    private final long length;

    private FakeDisk(FileChannel channel, long length) {
        this.channel = channel;
        this.length = length;
    }

    /**
     * Opens a disk, and creates its file if it is missing.
     *
     * @param file the file; an existing file keeps its content
     * @param lengthBytes the disk's length, at least one sector of 512 bytes
     * @throws IOException when the file cannot be opened, or is longer than the disk
     */
    public static FakeDisk open(Path file, long lengthBytes) throws IOException {
        if (lengthBytes < 512) {
            throw new IllegalArgumentException("a disk has at least 512 bytes, not " + lengthBytes);
        }
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE);
        try {
            if (channel.size() > lengthBytes) {
                throw new IOException(file + " has " + channel.size() + " bytes, more than the disk's " + lengthBytes);
            }
            if (channel.size() < lengthBytes) {
                channel.write(ByteBuffer.allocate(1), lengthBytes - 1);
            }
        } catch (IOException e) {
            channel.close();
            throw e;
        }
        return new FakeDisk(channel, lengthBytes);
    }

    /** The disk's length in bytes. */
    public long length() {
        return length;
    }

    /**
     * Fills a buffer from the disk.
     *
     * @throws EOFException when the buffer reaches beyond the disk's end
     */
    public void read(ByteBuffer into, long position) throws IOException {
        checkWithin(position, into.remaining());
        long at = position;
        while (into.hasRemaining()) {
            int read = channel.read(into, at);
            if (read < 0) {
                throw new EOFException("the disk's file became shorter than " + length + " bytes");
            }
            at += read;
        }
    }

    /**
     * Writes a buffer to the disk.
     *
     * @throws EOFException when the buffer reaches beyond the disk's end; nothing is written then
     */
    public void write(ByteBuffer from, long position) throws IOException {
        checkWithin(position, from.remaining());
        long at = position;
        while (from.hasRemaining()) {
            at += channel.write(from, at);
        }
    }

    /** Fills a part of the disk with zeros; zeroing the whole disk in one call frees the file's blocks. */
    public void zero(long position, long count) throws IOException {
        checkWithin(position, count);
        if (position == 0 && count == length) {
            channel.truncate(0);
            channel.write(ByteBuffer.allocate(1), length - 1);
            return;
        }
        ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(ZERO_CHUNK_BYTES, count));
        for (long done = 0; done < count; ) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), count - done));
            done += channel.write(zeros, position + done);
        }
    }

    /** Flushes all written data to the storage. */
    public void sync() throws IOException {
        channel.force(false);
    }

    /** Closes the file, which is kept. */
    @Override
    public void close() throws IOException {
        channel.close();
    }

    private void checkWithin(long position, long count) throws EOFException {
        if (position < 0 || count < 0 || position > length - count) {
            throw new EOFException(count + " bytes at " + position + " reach beyond the disk's " + length + " bytes");
        }
    }
}
