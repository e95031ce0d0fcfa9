package org.novametal.baremetal.event;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.store.FileHold;

/**
 * A file of notifications, one a line as JSON. A line is passed to the operating system before the next notification is
 * received, so the end of the process loses none of it.
 *
 * <p>A file that would grow beyond its size becomes {@code NAME.1}, that one {@code NAME.2}, and so on; the oldest is deleted.
 * When another program moves or deletes the file, a new one is begun. A line that could not be written whole, as on a full disk,
 * is removed again. Beside the file, {@code NAME.lock} is locked, so that a second process cannot write it too.
 *
 * <p>Used by one thread at a time.
 */
public final class NotificationFile implements NotificationListener {
    private static final Set<StandardOpenOption> APPEND =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);

    private final Path path;
    private final long mostBytes;
    private final int kept;
    private @Nullable FileHold hold;
    private @Nullable Opened opened;

    private record Opened(FileChannel channel, @Nullable Object key) {}

    /**
     * Makes a listener that opens the file with the first notification.
     *
     * @param path the file, an absolute path
     * @param mostBytes the size that the file does not exceed, unless one notification alone does
     * @param kept how many older files are kept, 0 or more
     */
    public NotificationFile(Path path, long mostBytes, int kept) {
        this.path = path;
        this.mostBytes = mostBytes;
        this.kept = kept;
    }

    @Override
    public void receive(Notification notification) throws IOException {
        byte[] line = (notification.json() + "\n").getBytes(StandardCharsets.UTF_8);
        holdAlone();
        FileChannel channel = current();
        long size = channel.size();
        if (size > 0 && size + line.length > mostBytes) {
            rotate();
            channel = current();
            size = channel.size();
        }
        try {
            ByteBuffer buffer = ByteBuffer.wrap(line);
            for (long at = size; buffer.hasRemaining(); ) {
                at += channel.write(buffer, at);
            }
        } catch (IOException e) {
            try {
                channel.truncate(size);
            } catch (IOException alsoFailed) {
                e.addSuppressed(alsoFailed);
            }
            closeFile();
            throw e;
        }
    }

    private void holdAlone() throws IOException {
        if (hold == null) {
            hold = FileHold.beside(path)
                    .orElseThrow(() -> new IOException(
                            "another process writes " + path + " (it has locked " + FileHold.lockOf(path) + ")"));
        }
    }

    /** The file at the path, which is opened again when it is another one than before. */
    private FileChannel current() throws IOException {
        Opened before = opened;
        if (before != null && Objects.equals(before.key(), keyOf(path))) {
            return before.channel();
        }
        closeFile();
        FileChannel channel = FileChannel.open(
                path, APPEND, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----")));
        opened = new Opened(channel, keyOf(path));
        endLastLine(channel);
        return channel;
    }

    /** A process that was killed may have left a part of a line. */
    private static void endLastLine(FileChannel channel) throws IOException {
        long size = channel.size();
        ByteBuffer last = ByteBuffer.allocate(1);
        if (size > 0 && channel.read(last, size - 1) == 1 && last.get(0) != '\n') {
            channel.write(ByteBuffer.wrap(new byte[] {'\n'}), size);
        }
    }

    private static @Nullable Object keyOf(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private void rotate() throws IOException {
        closeFile();
        if (kept == 0) {
            Files.deleteIfExists(path);
            return;
        }
        for (int number = kept - 1; number >= 1; number--) {
            move(numbered(number), numbered(number + 1));
        }
        move(path, numbered(1));
    }

    private static void move(Path from, Path to) throws IOException {
        if (Files.exists(from)) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        }
    }

    private Path numbered(int number) {
        return path.resolveSibling(path.getFileName() + "." + number);
    }

    private void closeFile() throws IOException {
        Opened before = opened;
        opened = null;
        if (before != null) {
            before.channel().close();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            closeFile();
        } finally {
            if (hold != null) {
                hold.close();
                hold = null;
            }
        }
    }

    @Override
    public String toString() {
        return "the notification file " + path;
    }
}
