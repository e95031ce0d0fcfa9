package org.novametal.bmc.console;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The output of a machine's console in a file of bounded size that only its owner can read. A full file is renamed to
 * {@code NAME.1}, replacing the previous one, and a new file begins. {@link #cut} renames the file to {@code NAME.before},
 * which no longer belongs to the log and is deleted when the next file is full. So all files together take at most twice
 * the limit.
 *
 * <p>{@link #append} never waits for the disk: an executor's thread writes, one at a time for each log. Output that cannot
 * be written, or that arrives faster than the disk writes, is dropped, and a line in the file gives the number of bytes.
 * A {@link ConsoleFilter} may change the output before it is written. Safe for several threads.
 */
public final class ConsoleLog implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ConsoleLog.class);
    private static final int WAITING_LIMIT = 256 * 1024;
    /** Memory overhead counted for each piece, so that many small pieces are bounded too. */
    private static final int PIECE_COST = 64;

    private static final long CLOSE_MILLIS = 500;
    /** How long a flush may take before the disk counts as hanging. */
    private static final long FLUSH_MILLIS = 5000;

    private static final long LEAST_LIMIT = 1024;
    private static final Set<OpenOption> OPEN =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND, LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final Path file;
    private final Path previous;
    private final Path before;
    private final long limitBytes;
    private final Executor writer;
    /** Used while {@link #files} is held. */
    private final ConsoleFilter filter;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    /** Held while the files are read, written or moved; {@link #lock} must not be acquired while this is held. */
    private final ReentrantLock files = new ReentrantLock();
    /** Guarded by {@link #lock}, like the fields below. */
    private List<Piece> waiting = new ArrayList<>();

    private int waitingCost;
    private long missing;
    /** The number of pieces accepted so far, and the number of those written or lost. */
    private long taken;

    private long finished;
    private boolean isWriting;
    private boolean closed;
    /** Used by the writer only, whose runs never overlap. */
    private Health health = Health.WELL;

    private enum Health {
        WELL,
        FAILING
    }

    /** Output, and the number of bytes before it that were dropped. */
    private static final class Piece {
        final byte[] bytes;
        final long missingBefore;
        /** No output, but the end of the log. */
        final boolean isLast;

        Piece(byte[] bytes, long missingBefore, boolean isLast) {
            this.bytes = bytes;
            this.missingBefore = missingBefore;
            this.isLast = isLast;
        }
    }

    /**
     * Creates a log; its file is opened with the first output.
     *
     * @param file the log's file, in an existing folder
     * @param limitBytes the maximum size of the file, at least 1024
     * @param writer runs tasks that block on the disk, on platform threads
     */
    public ConsoleLog(Path file, long limitBytes, Executor writer) {
        this(file, limitBytes, writer, ConsoleFilter.NONE);
    }

    /**
     * Creates a log of filtered output; its file is opened with the first output.
     *
     * @param file the log's file, in an existing folder
     * @param limitBytes the maximum size of the file, at least 1024
     * @param writer runs tasks that block on the disk, on platform threads
     * @param filter changes the output before it is written; belongs to this log alone
     */
    public ConsoleLog(Path file, long limitBytes, Executor writer, ConsoleFilter filter) {
        if (limitBytes < LEAST_LIMIT) {
            throw new IllegalArgumentException("the size limit of console log " + file + " is " + limitBytes
                    + " bytes, less than the minimum of " + LEAST_LIMIT);
        }
        this.file = file;
        this.previous = file.resolveSibling(file.getFileName() + ".1");
        this.before = file.resolveSibling(file.getFileName() + ".before");
        this.limitBytes = limitBytes;
        this.writer = writer;
        this.filter = filter;
    }

    /** The log's file. */
    public Path file() {
        return file;
    }

    /** Queues bytes for writing; never waits. Does nothing after {@link #close}. */
    public void append(byte[] bytes) {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            if (waitingCost + PIECE_COST + bytes.length > WAITING_LIMIT) {
                missing += bytes.length;
                return;
            }
            queue(bytes.clone(), false);
        } catch (RejectedExecutionException e) {
            // The executor was closed before the log.
            isWriting = false;
            closed = true;
            finished = taken;
        } finally {
            lock.unlock();
        }
    }

    /** Requires {@link #lock}. */
    private void queue(byte[] bytes, boolean isLast) {
        waiting.add(new Piece(bytes, missing, isLast));
        missing = 0;
        taken++;
        waitingCost += PIECE_COST + bytes.length;
        if (!isWriting) {
            isWriting = true;
            writer.execute(this::writeAll);
        }
    }

    /**
     * The newest output since the last {@link #cut}; it starts at the beginning of a line, unless it contains no line end.
     * Blocks for the disk.
     *
     * @param mostBytes the maximum number of bytes to return
     * @throws IOException when the files cannot be read, or the disk hangs
     */
    public byte[] newest(int mostBytes) throws IOException, InterruptedException {
        awaitWritten();
        lockFiles();
        try {
            byte[] latest = joined(end(file, mostBytes), filter.held());
            byte[] older = end(previous, Math.max(0, mostBytes - latest.length));
            byte[] all = joined(older, latest);
            // The start of the first line is missing, perhaps the part that identifies a secret in it.
            boolean isCut = Files.exists(previous) || size(file) > latest.length;
            return isCut ? Arrays.copyOfRange(all, firstLine(all), all.length) : all;
        } finally {
            files.unlock();
        }
    }

    /**
     * Starts a new log, to which earlier output does not belong. The change is on disk when this returns. Blocks for the
     * disk.
     *
     * @throws IOException when the files cannot be renamed, or the disk hangs
     */
    public void cut() throws IOException, InterruptedException {
        awaitWritten();
        lockFiles();
        try {
            writeHeld();
            if (size(file) > 0) {
                Files.deleteIfExists(previous);
                Files.move(file, before, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } else if (Files.exists(previous)) {
                Files.move(previous, before, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } else {
                return;
            }
            // Without this, a host that loses power could find the files under their old names.
            try (FileChannel folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } finally {
            files.unlock();
        }
    }

    /** Writes what the filter holds back; what comes next does not continue it. */
    private void writeHeld() throws IOException {
        byte[] held = filter.interrupted();
        if (held.length > 0) {
            try (Output output = new Output()) {
                output.write(held);
            }
        }
    }

    /** Deletes all files of a log that is closed. */
    public void delete() throws IOException, InterruptedException {
        lockFiles();
        try {
            for (Path one : List.of(file, previous, before)) {
                Files.deleteIfExists(one);
            }
        } finally {
            files.unlock();
        }
    }

    /** Waits until all output accepted so far is written or lost. */
    private void awaitWritten() throws IOException, InterruptedException {
        lock.lockInterruptibly();
        try {
            long wanted = taken;
            long left = TimeUnit.MILLISECONDS.toNanos(FLUSH_MILLIS);
            while (finished < wanted) {
                if (left <= 0) {
                    throw hanging();
                }
                left = idle.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void lockFiles() throws IOException, InterruptedException {
        if (!files.tryLock(FLUSH_MILLIS, TimeUnit.MILLISECONDS)) {
            throw hanging();
        }
    }

    private IOException hanging() {
        return new IOException("the disk of " + file + " takes longer than " + FLUSH_MILLIS + " ms; check the disk");
    }

    private static long size(Path path) throws IOException {
        return Files.exists(path) ? Files.size(path) : 0;
    }

    private static byte[] joined(byte[] first, byte[] second) {
        byte[] all = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, all, first.length, second.length);
        return all;
    }

    private static byte[] end(Path path, int mostBytes) throws IOException {
        if (mostBytes == 0 || Files.notExists(path)) {
            return new byte[0];
        }
        try (FileChannel channel = FileChannel.open(path, Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS))) {
            channel.position(Math.max(0, channel.size() - mostBytes));
            return Channels.newInputStream(channel).readNBytes(mostBytes);
        }
    }

    private static int firstLine(byte[] bytes) {
        int at = 0;
        while (at < bytes.length && bytes[at] != '\n') {
            at++;
        }
        return at < bytes.length ? at + 1 : 0;
    }

    /** Refuses further output, and waits half a second at most until the rest is written. Idempotent. */
    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                closed = true;
                queueEnd();
            }
            long left = TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
            while (isWriting && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    /** Requires {@link #lock}. */
    private void queueEnd() {
        if (taken == 0) {
            return;
        }
        try {
            queue(new byte[0], true);
        } catch (RejectedExecutionException e) {
            // The executor was closed before the log.
            isWriting = false;
            finished = taken;
        }
    }

    /** The only writer: runs while there is output to write. */
    private void writeAll() {
        long lost = 0;
        List<Piece> pieces = takeWaiting(0, lost);
        while (!pieces.isEmpty()) {
            lost = write(pieces, lost);
            pieces = takeWaiting(pieces.size(), lost);
        }
    }

    /** Removes all waiting pieces; if there are none, the lost bytes are recorded for the next piece. */
    private List<Piece> takeWaiting(int done, long lost) {
        lock.lock();
        try {
            List<Piece> next = waiting;
            waiting = new ArrayList<>();
            waitingCost = 0;
            finished += done;
            if (next.isEmpty()) {
                missing += lost;
                isWriting = false;
            }
            idle.signalAll();
            return next;
        } finally {
            lock.unlock();
        }
    }

    /** Writes pieces, each after a line about missing bytes before it; returns how many bytes were lost. */
    private long write(List<Piece> pieces, long lostBefore) {
        long lost = lostBefore;
        int begun = 0;
        int done = 0;
        files.lock();
        try (Output output = new Output()) {
            for (Piece piece : pieces) {
                long gap = lost + piece.missingBefore;
                lost = gap;
                begun++;
                if (gap > 0) {
                    output.write(filter.interrupted());
                    output.write(("\r\n[" + gap + " bytes are missing here]\r\n").getBytes(StandardCharsets.US_ASCII));
                    lost = 0;
                }
                output.write(piece.isLast ? filter.interrupted() : filter.changed(piece.bytes));
                done++;
            }
            report(Health.WELL, null);
        } catch (IOException e) {
            for (Piece piece : pieces.subList(done, pieces.size())) {
                lost += piece.bytes.length;
            }
            // The gap before a piece that was begun is already counted or written.
            for (Piece piece : pieces.subList(begun, pieces.size())) {
                lost += piece.missingBefore;
            }
            report(Health.FAILING, e);
        } finally {
            files.unlock();
        }
        return lost;
    }

    private void report(Health next, @Nullable IOException cause) {
        if (next == health) {
            return;
        }
        health = next;
        switch (next) {
            case FAILING ->
                LOG.warn("console log {} cannot be written; output is dropped until it can be", file, cause);
            case WELL -> LOG.info("console log {} is written again", file);
        }
    }

    /** The file, open for one batch; a full file is replaced by a new one. */
    private final class Output implements AutoCloseable {
        private FileChannel channel = open();
        private long size = channel.size();

        Output() throws IOException {}

        void write(byte[] bytes) throws IOException {
            ByteBuffer left = ByteBuffer.wrap(bytes);
            while (left.hasRemaining()) {
                if (size >= limitBytes) {
                    channel.close();
                    Files.deleteIfExists(before);
                    Files.move(file, previous, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
                    channel = open();
                    size = channel.size();
                }
                int count = (int) Math.min(left.remaining(), limitBytes - size);
                ByteBuffer part = left.slice(left.position(), count);
                while (part.hasRemaining()) {
                    size += channel.write(part);
                }
                left.position(left.position() + count);
            }
        }

        private FileChannel open() throws IOException {
            return FileChannel.open(file, OPEN, OWNER_ONLY);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
