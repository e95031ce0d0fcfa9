package org.novametal.baremetal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.novametal.baremetal.store.FileHold;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/**
 * The folder {@code state_path}: images, console logs, the host's lock and other files of a driver.
 *
 * @param path the folder
 */
record StateFolder(Path path) {
    /**
     * Opens the folder; creates it, accessible only to its owner, if it does not exist.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when it cannot be created or used
     */
    static StateFolder open(Path folder) {
        return new StateFolder(privateFolder(folder));
    }

    /** The folder of images. */
    Path images() {
        return path.resolve("images");
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
                            "another compute host works on state_path " + path + " (it has locked " + file
                                    + "); stop that host, or give this host another state_path"));
        } catch (IOException e) {
            throw new DriverException(ErrorCode.DRIVER_NOT_READY, file + " cannot be locked: " + e, e);
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
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, "state_path " + folder + " cannot be created or used: " + e, e);
        }
    }
}
