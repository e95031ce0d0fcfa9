package org.novametal.baremetal.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Set;

/**
 * What other users of the system may do with a file or folder, by its permissions. On a file system without POSIX
 * permissions, and for a file that does not exist, nothing.
 */
public final class FileAccess {
    /** The bit of a folder in which only a file's owner may remove or rename it. Source: inode(7), {@code S_ISVTX}. */
    private static final int STICKY = 01000;

    private FileAccess() {}

    /** Whether every user of the system may read the file. */
    public static boolean isReadableByOthers(Path file) throws IOException {
        return has(file, PosixFilePermission.OTHERS_READ);
    }

    /** Whether every user of the system may change the file, or the folder's content. */
    public static boolean isWritableByOthers(Path file) throws IOException {
        return has(file, PosixFilePermission.OTHERS_WRITE);
    }

    /** Whether the users of its group may change the file, or the folder's content. */
    public static boolean isWritableByGroup(Path file) throws IOException {
        return has(file, PosixFilePermission.GROUP_WRITE);
    }

    /** Whether every user of the system may replace what lies in the folder, even if it belongs to somebody else. */
    public static boolean isReplaceableByOthers(Path folder) throws IOException {
        return isWritableByOthers(folder) && ((int) Files.getAttribute(folder, "unix:mode") & STICKY) == 0;
    }

    private static boolean has(Path file, PosixFilePermission permission) throws IOException {
        try {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
            return permissions.contains(permission);
        } catch (NoSuchFileException | UnsupportedOperationException e) {
            return false;
        }
    }
}
