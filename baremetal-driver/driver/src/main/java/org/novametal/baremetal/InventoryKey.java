package org.novametal.baremetal;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.commons.exec.CommandLine;
import org.novametal.baremetal.config.KeySource;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.StoreFiles;
import org.novametal.baremetal.store.StoreKey;
import org.novametal.bmc.process.ChildProcess;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.text.ForeignText;
import org.novametal.text.IoFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key of an inventory, from its source. A key without the content of its inventory means that the content was lost; with a
 * new, empty inventory, Nova would remove every node. A key that is not a file is always there: a mark in {@code state_path}
 * then says that the inventory had content.
 *
 * <p>A rotation writes the new key of a file beside it, as {@code NAME.new}, before it changes the inventory, and renames it
 * afterwards; the key before is kept as {@code NAME.old}, or {@code NAME.old.2} and so on where others are kept already. The
 * next opening after a crash in between completes it. The next host or rotation removes what a crash left otherwise.
 *
 * @param source the source
 * @param mark the file that exists exactly when the inventory has content; of a key in a file, the key itself
 * @param inventory the location of the inventory, for messages
 * @param limit how long a command may take
 */
record InventoryKey(KeySource source, Path mark, String inventory, Duration limit) implements StoreKey {
    private static final Logger LOG = LoggerFactory.getLogger(InventoryKey.class);
    private static final ChildProcess.Limits OUTPUT = new ChildProcess.Limits(4096, Duration.ofSeconds(2));

    static InventoryKey of(KeySource source, Path statePath, String inventory, Duration limit) {
        Path mark = source instanceof KeySource.InFile(Path file) ? file : statePath.resolve("inventory.mark");
        return new InventoryKey(source, mark, inventory, limit);
    }

    /** Whether the inventory had content. */
    boolean isBegun() {
        return Files.exists(mark);
    }

    /**
     * Refuses a key that is not in a file and cannot be read, before anything of a new inventory is made. A key in a file is
     * made with the inventory.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} or {@code CONFIG_INVALID}
     */
    void requireGiven() {
        if (!(source instanceof KeySource.InFile)) {
            var _ = cipher();
        }
    }

    /** The file with the key, if it does not exist; empty for a key that exists or is not in a file. */
    Optional<Path> missing() {
        return source instanceof KeySource.InFile(Path file) && Files.notExists(file)
                ? Optional.of(file)
                : Optional.empty();
    }

    @Override
    public SecretCipher forNewStore() {
        if (isBegun()) {
            throw lost("empty");
        }
        SecretCipher cipher = cipher();
        if (!(source instanceof KeySource.InFile)) {
            begin();
        }
        return cipher;
    }

    @Override
    public SecretCipher forPresentStore() {
        if (missing().isPresent()) {
            throw gone();
        }
        return cipher();
    }

    /** The error for an inventory that is there without its key. */
    DriverException gone() {
        return new DriverException(
                ErrorCode.DRIVER_NOT_READY,
                "the inventory " + inventory + " is there, but its key " + mark
                        + " is gone; put the key back, because without it no BMC password can be read");
    }

    @Override
    public Optional<SecretCipher> pending() {
        return source instanceof KeySource.InFile(Path file) && Files.exists(fresh(file))
                ? Optional.of(SecretCipher.ofKeyFile(fresh(file)))
                : Optional.empty();
    }

    /**
     * Removes what a program that was killed left of keys that it made: temporary files, and the new key of a rotation that did
     * not change the inventory. To be called by a host or a rotation, which nobody else is at the same time, after the inventory
     * was opened with this key.
     *
     * <p>Such a key was usually never used. But nobody can know that: after a rotation that changed the inventory, an older
     * backup of the database may have been put back. So a whole key that no other file has is kept as the key before a rotation
     * is, and no copy of a key is lost.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when a file cannot be removed
     */
    void removeLeftovers() {
        if (!(source instanceof KeySource.InFile(Path file)) || Files.notExists(file)) {
            return;
        }
        try {
            List<Path> left = new ArrayList<>(SecretCipher.temporaryFiles(file));
            if (Files.exists(fresh(file))) {
                left.add(fresh(file));
            }
            for (Path key : left) {
                Optional<Path> kept = SecretCipher.isWhole(key) && Files.mismatch(key, file) != -1
                        ? Optional.of(keep(key, file))
                        : Optional.empty();
                Files.deleteIfExists(key);
                LOG.info(
                        "removed {}, which a program that was killed left{}",
                        key,
                        kept.map(name -> "; its key is in " + name).orElse(""));
            }
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "a temporary file of a key beside " + file + " cannot be removed: " + IoFailure.reason(e),
                    e);
        }
    }

    @Override
    public void completeRotation() {
        if (!(source instanceof KeySource.InFile(Path file)) || Files.notExists(fresh(file))) {
            return; // another process has completed it
        }
        try {
            if (Files.exists(file)) {
                keep(file, file);
            }
            Files.move(fresh(file), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            StoreFiles.sync(Objects.requireNonNull(file.toAbsolutePath().getParent(), "an absolute path of a file"));
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "the new key " + fresh(file) + " could not be renamed to " + file + ": " + IoFailure.reason(e)
                            + "; rename it by hand, because the inventory " + inventory + " is encrypted with it",
                    e);
        }
    }

    /**
     * Keeps a key under a name that no other key has; a backup may need any of them.
     *
     * @param file the file of the inventory's key, whose name the new name begins with
     * @return the file that has the key
     */
    private static Path keep(Path key, Path file) throws IOException {
        Path old = file.resolveSibling(file.getFileName() + ".old");
        for (int number = 2; Files.exists(old); number++) {
            if (Files.mismatch(old, key) == -1) {
                return old; // kept before, by a program that died then
            }
            old = file.resolveSibling(file.getFileName() + ".old." + number);
        }
        Files.createLink(old, key);
        return old;
    }

    /**
     * The cipher with a key that is there: a key in a file is not made.
     *
     * @throws DriverException {@code CONFIG_INVALID} when the file does not exist
     */
    SecretCipher given() {
        missing().ifPresent(file -> {
            throw new DriverException(ErrorCode.CONFIG_INVALID, "there is no key " + file + "; give a key that exists");
        });
        return cipher();
    }

    /** Makes a random key beside the key of a file, for a rotation that has {@linkplain #removeLeftovers removed} an earlier one. */
    SecretCipher makePending() {
        if (!(source instanceof KeySource.InFile(Path file))) {
            throw new IllegalStateException("only a key in a file is made");
        }
        return SecretCipher.ofKeyFile(fresh(file));
    }

    private static Path fresh(Path file) {
        return file.resolveSibling(file.getFileName() + ".new");
    }

    /** The cipher with the key as its source gives it now. */
    SecretCipher cipher() {
        return switch (source) {
            case KeySource.InFile(Path file) -> SecretCipher.ofKeyFile(file);
            case KeySource.InEnvironment(String name) ->
                SecretCipher.ofText(
                        "the environment variable " + name,
                        Optional.ofNullable(System.getenv(name))
                                .orElseThrow(() -> new DriverException(
                                        ErrorCode.DRIVER_NOT_READY,
                                        "the environment variable " + name
                                                + " is not set; it must have the key of the inventory " + inventory)));
            case KeySource.OfCommand(String command) ->
                SecretCipher.ofText("the output of the command of secret_key", output(command));
        };
    }

    /** What the command prints. No message has its output, also not that on standard error: it may be the key. */
    private String output(String command) {
        CommandLine line = new CommandLine("/bin/sh").addArgument("-c").addArgument(command, false);
        Map<String, String> environment = new HashMap<>(System.getenv());
        environment.remove("NOVA_METAL_DATABASE_PASSWORD");
        ChildProcess.End end;
        try {
            end = ChildProcess.start(line, environment, Path.of("/"), "", ChildProcess.ErrorStream.APART, OUTPUT)
                    .await(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw failed("was interrupted");
        }
        return switch (end) {
            case ChildProcess.End.Exited(int code, String output, String _) -> {
                if (code != 0) {
                    throw failed("exited with " + code);
                }
                yield output;
            }
            case ChildProcess.End.Killed _ -> throw failed("did not end within " + limit.toMillis() / 1000.0 + " s");
            case ChildProcess.End.NotStarted(String why) -> throw failed("cannot be started: " + ForeignText.line(why));
        };
    }

    private DriverException failed(String how) {
        return new DriverException(
                ErrorCode.DRIVER_NOT_READY,
                "the command of secret_key, which must print the key of the inventory " + inventory + ", " + how
                        + "; run it by hand as this user to see why");
    }

    private void begin() {
        try {
            Files.createFile(mark, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            return; // another process made the inventory at the same time
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    mark + ", which marks a used inventory, cannot be made: " + IoFailure.reason(e),
                    e);
        }
    }

    DriverException lost(String how) {
        return new DriverException(
                ErrorCode.DRIVER_NOT_READY,
                "the inventory " + inventory + " is " + how + ", but "
                        + (source instanceof KeySource.InFile ? "its key " : "its mark ") + mark
                        + " exists; put the inventory back (a file of SQLite together with its -wal file), or remove "
                        + (source instanceof KeySource.InFile ? "the key" : "the mark")
                        + " to begin with an empty inventory");
    }
}
