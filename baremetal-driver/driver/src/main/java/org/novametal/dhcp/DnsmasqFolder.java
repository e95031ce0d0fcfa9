package org.novametal.dhcp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A folder of which dnsmasq reads all files: {@code --dhcp-hostsdir} or {@code --dhcp-optsdir}.
 *
 * <p>Source: dnsmasq 2.90, {@code src/inotify.c}.
 */
public final class DnsmasqFolder {
    private DnsmasqFolder() {}

    /**
     * The files that dnsmasq reads: regular files whose names begin neither with a dot nor with a hash and do not end in a
     * tilde. None where the folder does not exist yet. A file may be gone when the caller reads it.
     *
     * @throws UncheckedIOException when the folder cannot be listed
     */
    public static List<Path> files(Path folder) {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, DnsmasqFolder::isRead)) {
            files.forEach(found::add);
            return List.copyOf(found);
        } catch (NoSuchFileException e) {
            // Nothing was written yet.
            return List.of();
        } catch (IOException | DirectoryIteratorException e) {
            throw new UncheckedIOException(
                    "the folder " + folder + " cannot be listed: " + e,
                    e instanceof DirectoryIteratorException listing ? listing.getCause() : (IOException) e);
        }
    }

    private static boolean isRead(Path file) {
        String name = String.valueOf(file.getFileName());
        return !name.startsWith(".") && !name.startsWith("#") && !name.endsWith("~") && Files.isRegularFile(file);
    }
}
