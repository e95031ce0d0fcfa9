package org.novametal.baremetal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Predicate;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.text.IoFailure;

/**
 * The user of a program that works on an inventory beside its compute service. It must be the user of the service: the key of
 * the secrets belongs to that user, and so must each file that a program creates.
 *
 * @param name the name of this program's user
 * @param mayUse whether that user may read a file, or enter a folder
 */
record ServiceUser(String name, Predicate<Path> mayUse) {
    /** The user of this program. */
    static ServiceUser ofThisProgram() {
        return new ServiceUser(
                System.getProperty("user.name", "unknown"),
                place -> Files.isDirectory(place) ? Files.isExecutable(place) : Files.isReadable(place));
    }

    /**
     * Refuses a file or folder that this user may not use; one that does not exist passes.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} naming both users
     */
    void requireAccess(Path place) {
        if (Files.exists(place) && !mayUse.test(place)) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "user " + name + " may not use " + place + ", which belongs to user " + owner(place)
                            + "; run this program as the user of the compute service: sudo -u " + owner(place) + " …");
        }
    }

    /** A warning that files of this program would not belong to the owner of a file; empty for the owner. */
    Optional<String> warning(Path place) {
        String owner = owner(place);
        return owner.equals(name)
                ? Optional.empty()
                : Optional.of("this program runs as user " + name + ", but " + place + " belongs to user " + owner
                        + ", who may not be able to use the files that this program creates; run it as that user");
    }

    private static String owner(Path place) {
        try {
            return Files.getOwner(place).getName();
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, "the owner of " + place + " cannot be read: " + IoFailure.reason(e), e);
        }
    }
}
