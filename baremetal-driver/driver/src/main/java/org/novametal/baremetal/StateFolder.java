package org.novametal.baremetal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.novametal.baremetal.store.FileAccess;
import org.novametal.baremetal.store.FileHold;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.text.IoFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder {@code state_path}: images, console logs, the host's lock and other files of a driver.
 *
 * @param path the folder
 */
record StateFolder(Path path) {
    private static final Logger LOG = LoggerFactory.getLogger(StateFolder.class);

    /**
     * Opens the folder; creates it, accessible only to its owner, if it does not exist.
     *
     * <p>Who can write in it decides what the machines get: the images, the inventory and its key lie here. Where every user
     * of the system can, it is refused; where its group can, or where a folder above it can be changed by every user, that is
     * logged at WARN.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when it cannot be created or used; {@code CONFIG_INVALID} when every
     *     user of the system may write it, or a file or folder in it
     */
    static StateFolder open(Path folder) {
        return open(folder, warning -> LOG.warn("{}", warning));
    }

    static StateFolder open(Path folder, Consumer<String> warnings) {
        Path real = privateFolder(folder);
        try {
            requireOurs(real, warnings);
            warnOfFoldersAbove(real, warnings);
        } catch (IOException e) {
            throw notUsable(folder, e);
        }
        return new StateFolder(real);
    }

    private static void requireOurs(Path folder, Consumer<String> warnings) throws IOException {
        List<Path> writableByAll = new ArrayList<>();
        List<Path> writableByGroup = new ArrayList<>();
        List<Path> places = new ArrayList<>(List.of(folder));
        try (Stream<Path> inside = Files.list(folder)) {
            inside.forEach(places::add);
        }
        for (Path place : places) {
            if (FileAccess.isWritableByOthers(place)) {
                writableByAll.add(place);
            } else if (FileAccess.isWritableByGroup(place)) {
                writableByGroup.add(place);
            }
        }
        if (!writableByAll.isEmpty()) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID,
                    "every user of this system may write " + shown(writableByAll) + " of state_path " + folder
                            + ", and so choose what the machines get; check the content, then: chmod -R o-w " + folder);
        }
        if (!writableByGroup.isEmpty()) {
            warnings.accept("a group may write " + shown(writableByGroup) + " of state_path " + folder
                    + ", and so choose what the machines get; if that is not wanted: chmod -R g-w " + folder);
        }
    }

    private static void warnOfFoldersAbove(Path folder, Consumer<String> warnings) throws IOException {
        for (Path above = folder.getParent(); above != null; above = above.getParent()) {
            if (FileAccess.isReplaceableByOthers(above)) {
                warnings.accept("every user of this system may replace state_path " + folder
                        + ", because they may write " + above + "; chmod o-w " + above);
            }
        }
    }

    private static String shown(List<Path> places) {
        String first = places.getFirst().toString();
        return places.size() == 1 ? first : first + " and " + (places.size() - 1) + " more";
    }

    /** The folder of images; created, accessible only to its owner, if it does not exist. */
    Path madeImages() {
        return privateFolder(path.resolve("images"));
    }

    /** The folder of console logs; created, accessible only to its owner, if it does not exist. */
    Path madeConsoles() {
        return privateFolder(consoles(path));
    }

    /** The folder of console logs in a given state folder. */
    static Path consoles(Path folder) {
        return folder.resolve("consoles");
    }

    /**
     * Locks the folder for this process: two hosts in one folder would delete each other's images and console logs.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when another host has locked it
     */
    FileHold holdAlone() {
        Path file = path.resolve("host.lock");
        try {
            return FileHold.of(file)
                    .orElseThrow(() -> new DriverException(
                            ErrorCode.DRIVER_NOT_READY,
                            "another compute host, or a command with --local, works on state_path " + path
                                    + " (it has locked " + file + "); " + FileHold.WAYS_OUT
                                    + ", or stop it, or give this host another state_path"));
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, file + " cannot be locked: " + IoFailure.reason(e), e);
        }
    }

    private static Path privateFolder(Path folder) {
        try {
            if (Files.notExists(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            return folder.toRealPath();
        } catch (IOException e) {
            throw notUsable(folder, e);
        }
    }

    private static DriverException notUsable(Path folder, IOException e) {
        return new DriverException(
                ErrorCode.DRIVER_NOT_READY,
                "state_path " + folder + " cannot be created or used: " + IoFailure.reason(e),
                e);
    }
}
