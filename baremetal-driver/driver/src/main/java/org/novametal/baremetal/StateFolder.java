package org.novametal.baremetal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.novametal.baremetal.store.FileHold;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/**
 * The folder of everything that a driver keeps beside its inventory.
 *
 * @param path the folder
 */
record StateFolder(Path path) {
    /**
     * The folder, made for its owner alone where there is none.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when it cannot be made or used
     */
    static StateFolder open(Path folder) {
        return new StateFolder(privateFolder(folder));
    }

    /** Where images are kept. */
    Path images() {
        return path.resolve("images");
    }

    /** Where the driver writes console logs, made for its owner alone. */
    Path madeConsoles() {
        return privateFolder(consoles(path));
    }

    /** Where a driver with that folder writes console logs. */
    static Path consoles(Path folder) {
        return folder.resolve("consoles");
    }

    /**
     * Takes the folder for this process: two hosts in one folder would take each other's images and console logs away.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when another host has it
     */
    FileHold holdAlone() {
        Path file = path.resolve("host.lock");
        try {
            return FileHold.of(file)
                    .orElseThrow(() -> new DriverException(
                            ErrorCode.DRIVER_NOT_READY,
                            "another compute host works on state_path " + path + " (it holds " + file
                                    + "); end it, or give this one another state_path"));
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
                    ErrorCode.DRIVER_NOT_READY, "state_path " + folder + " cannot be made or used: " + e, e);
        }
    }
}
