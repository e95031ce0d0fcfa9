package org.novametal.baremetal.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A lock on a file, which the operating system releases when the process dies. */
public final class FileHold implements AutoCloseable {
    /** What an operator can do when another host has a lock, for messages. */
    public static final String WAYS_OUT =
            "with nova-metal, leave out --local, so that the running host takes the request; or wait until it has ended";

    private final FileChannel channel;

    private FileHold(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Locks a file, and creates it, accessible only to its owner, if it does not exist.
     *
     * @return the lock; empty while the file is locked, by this process or another
     */
    public static Optional<FileHold> of(Path file) throws IOException {
        FileChannel channel = FileChannel.open(
                file,
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        if (lock(channel) == null) {
            channel.close();
            return Optional.empty();
        }
        return Optional.of(new FileHold(channel));
    }

    /**
     * Locks the file {@code NAME.lock} beside a file, as {@link #of} does. The file itself need not exist.
     *
     * @throws IOException when the file exists and is not a regular file that this user may write, such as a device or a file
     *     of another user; nothing is created then
     */
    public static Optional<FileHold> beside(Path file) throws IOException {
        if (Files.exists(file)) {
            if (!Files.isRegularFile(file)) {
                throw new IOException(file + " is not a regular file; give the path of a file, or of none");
            }
            if (!Files.isWritable(file)) {
                throw new IOException("this process's user may not write " + file);
            }
        }
        return of(lockOf(file));
    }

    /** The file that {@link #beside} locks. */
    public static Path lockOf(Path file) {
        return file.resolveSibling(file.getFileName() + ".lock");
    }

    private static @Nullable FileLock lock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // locked by this process
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
