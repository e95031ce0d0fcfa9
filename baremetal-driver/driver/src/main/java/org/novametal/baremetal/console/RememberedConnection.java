package org.novametal.baremetal.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.SerialConsole.Connection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The console connection of one node, whose identity is kept in a file: after this process was killed, the next one ends the
 * connection that was left at the BMC at once, instead of being refused until the BMC drops it. Without the file, or when it
 * cannot be read or written, the console is connected as usual.
 *
 * <p>Blocks for the disk. One thread at a time connects.
 */
final class RememberedConnection {
    private static final Logger LOG = LoggerFactory.getLogger(RememberedConnection.class);
    private static final long MOST_BYTES = 256;

    private final Path file;

    /** The connection whose identity is in this file. */
    RememberedConnection(Path file) {
        this.file = file;
    }

    /** Connects a console and remembers the connection until it is closed. */
    Connection connect(SerialConsole serial, SerialConsole.Receiver receiver) throws InterruptedException {
        Optional<String> before = read();
        Connection connection = before.isPresent() ? serial.resume(receiver, before.get()) : serial.connect(receiver);
        connection.identity().ifPresentOrElse(this::write, this::forget);
        return new Remembered(connection);
    }

    private Optional<String> read() {
        try {
            if (Files.size(file) > MOST_BYTES) {
                LOG.warn("{} is too large for the identity of a console connection; it is ignored", file);
                return Optional.empty();
            }
            return Optional.of(Files.readString(file).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            LOG.warn("the identity of the last console connection cannot be read from {}", file, e);
            return Optional.empty();
        }
    }

    private void write(String identity) {
        try {
            Path part = file.resolveSibling(file.getFileName() + ".part");
            Files.deleteIfExists(part);
            Files.createFile(part, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            Files.writeString(part, identity + "\n");
            Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn(
                    "the identity of a console connection cannot be written to {}; after a crash the console is connected"
                            + " only when the BMC has dropped the connection",
                    file,
                    e);
        }
    }

    /** Deletes the file. */
    void forget() {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("the identity of a closed console connection is left behind in {}", file, e);
        }
    }

    /** Forgets the identity when the connection is closed, because another user's session may get the same. */
    private final class Remembered implements Connection {
        private final Connection connection;

        Remembered(Connection connection) {
            this.connection = connection;
        }

        @Override
        public void write(byte[] bytes) throws InterruptedException {
            connection.write(bytes);
        }

        @Override
        public void sendBreak() throws InterruptedException {
            connection.sendBreak();
        }

        @Override
        public Optional<String> identity() {
            return connection.identity();
        }

        @Override
        public void close() {
            connection.close();
            forget();
        }
    }
}
