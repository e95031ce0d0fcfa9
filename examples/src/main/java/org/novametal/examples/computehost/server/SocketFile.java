package org.novametal.examples.computehost.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file of the socket. A lock file beside it, {@code <socket>.lock}, is held as long as this object lives, so that one process
 * has the socket; the kernel releases the lock of a process that was killed. A socket file that nobody listens on any more is
 * replaced. The socket is made in a folder that only this user can enter and gets its mode and owner before it appears under its
 * name.
 *
 * <p>Used by one thread.
 */
final class SocketFile implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SocketFile.class);

    /** The longest path that fits into {@code sockaddr_un}, in bytes. Source: Linux {@code unix(7)}. */
    static final int MAX_PATH_BYTES = 107;

    private final Path socket;
    private final Path folder;
    private final FileChannel lockFile;
    private final FileLock lock;
    private boolean published;

    private SocketFile(Path socket, Path folder, FileChannel lockFile, FileLock lock) {
        this.socket = socket;
        this.folder = folder;
        this.lockFile = lockFile;
        this.lock = lock;
    }

    /**
     * Takes the place of the socket.
     *
     * @throws UncheckedIOException when a process that lives has it, or the folder cannot be used; the message says why
     */
    static SocketFile take(Path socket) {
        Path parent = socket.toAbsolutePath().getParent();
        if (parent == null) {
            throw refused(socket, "it has no folder", new IOException("no parent"));
        }
        Path folder = parent.resolve(".s" + ProcessHandle.current().pid());
        int bytes = Math.max(
                folder.resolve("s").toString().getBytes(StandardCharsets.UTF_8).length,
                socket.toString().getBytes(StandardCharsets.UTF_8).length);
        if (bytes > MAX_PATH_BYTES) {
            throw refused(
                    socket,
                    "its path has " + bytes + " bytes and the system allows " + MAX_PATH_BYTES
                            + "; choose a shorter one",
                    new IOException("path too long"));
        }
        try {
            Files.createDirectories(parent);
            FileChannel lockFile = FileChannel.open(
                    socket.resolveSibling(socket.getFileName() + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            try {
                FileLock lock = lock(lockFile);
                requireDead(socket);
                remove(folder);
                Files.createDirectory(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                return new SocketFile(socket, folder, lockFile, lock);
            } catch (IOException | RuntimeException e) {
                lockFile.close();
                throw e;
            }
        } catch (IOException e) {
            throw refused(socket, reason(e), e);
        }
    }

    private static FileLock lock(FileChannel file) throws IOException {
        try {
            FileLock lock = file.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("this process already listens on it", e);
        }
        throw new IOException(
                "another compute host process listens on it; stop that process, or set [compute_host] socket"
                        + " to another path");
    }

    /** Removes a socket file whose process has ended; refuses one on which somebody listens. */
    private static void requireDead(Path socket) throws IOException {
        if (!Files.exists(socket, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (!isSocket(socket)) {
            throw new IOException("there is a file of that name that is not a socket; move it away");
        }
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            throw new IOException("another program listens on it; stop that program, or set [compute_host] socket to"
                    + " another path");
        } catch (SocketException e) {
            // Nobody listens; or the socket belongs to another user: then only a compute host, which would hold the
            // lock, made it.
            LOG.info("the socket {} was left behind by a process that has ended; it is replaced", socket);
            Files.deleteIfExists(socket);
        }
    }

    private static boolean isSocket(Path file) throws IOException {
        int mode = (Integer) Files.getAttribute(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
        return (mode & 0170000) == 0140000;
    }

    /** The message of this class's own errors, or the name and message of the system's. */
    private static String reason(IOException failure) {
        return failure.getClass().equals(IOException.class) ? String.valueOf(failure.getMessage()) : failure.toString();
    }

    private static UncheckedIOException refused(Path socket, String why, IOException cause) {
        return new UncheckedIOException("cannot listen on the socket " + socket + ": " + why, cause);
    }

    /** Where the socket must be bound; {@link #publish} moves it to its place. */
    Path bindPath() {
        return folder.resolve("s");
    }

    /**
     * Sets mode 0600 and the owner, and moves the bound socket to its place.
     *
     * @throws UncheckedIOException when the owner or group is unknown or may not be set
     */
    void publish(Optional<String> owner, Optional<String> group) {
        Path bound = bindPath();
        try {
            PosixFileAttributeView view = Files.getFileAttributeView(bound, PosixFileAttributeView.class);
            view.setPermissions(PosixFilePermissions.fromString("rw-------"));
            if (group.isPresent()) {
                view.setGroup(group(bound, group.get()));
            }
            if (owner.isPresent()) {
                view.setOwner(user(bound, owner.get()));
            }
            Files.move(bound, socket, StandardCopyOption.ATOMIC_MOVE);
            published = true;
            remove(folder);
        } catch (IOException e) {
            throw refused(socket, reason(e), e);
        }
    }

    private static UserPrincipal user(Path file, String name) throws IOException {
        try {
            return file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException("this system has no user " + name + "; see [compute_host] socket_owner", e);
        }
    }

    private static GroupPrincipal group(Path file, String name) throws IOException {
        try {
            return file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(name);
        } catch (UserPrincipalNotFoundException e) {
            throw new IOException("this system has no group " + name + "; see [compute_host] socket_group", e);
        }
    }

    private static void remove(Path folder) throws IOException {
        Files.deleteIfExists(folder.resolve("s"));
        Files.deleteIfExists(folder);
    }

    /** Removes the socket file and releases the lock. Idempotent. */
    @Override
    public void close() {
        try {
            if (published) {
                published = false;
                Files.deleteIfExists(socket);
            }
            remove(folder);
            lock.close();
            lockFile.close();
        } catch (IOException e) {
            LOG.warn("the socket {} could not be removed: {}", socket, e.toString());
        }
    }
}
