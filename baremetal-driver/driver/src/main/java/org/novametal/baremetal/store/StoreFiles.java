package org.novametal.baremetal.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What the files of a database and its key need besides {@link Files}. */
public final class StoreFiles {
    private StoreFiles() {}

    /** Writes a file, or the entries of a folder, to the disk. */
    public static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    /**
     * The file's size; 0 when it does not exist, and the largest number when it cannot be read: the use of the file then says
     * why.
     */
    public static long sizeOf(Path file) {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return 0;
        } catch (IOException e) {
            return Long.MAX_VALUE;
        }
    }
}
