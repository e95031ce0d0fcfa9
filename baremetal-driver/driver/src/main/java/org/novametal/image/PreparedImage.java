package org.novametal.image;

import java.nio.file.Path;
import java.util.Objects;

/**
 * A raw disk image on the local disk, verified and ready to be written to a machine.
 *
 * @param rawFile the file; it is never changed, and stays while it is in use (see {@link ImageService})
 * @param sizeBytes the file's length
 * @param rawChecksum the SHA-256 of the file's bytes
 * @param contentName a name that no other content has, fit for a file name or a URL: the digest in hexadecimal
 */
public record PreparedImage(Path rawFile, long sizeBytes, ImageChecksum rawChecksum, String contentName) {
    /** Checks that nothing is null. */
    public PreparedImage {
        Objects.requireNonNull(rawFile, "rawFile");
        Objects.requireNonNull(rawChecksum, "rawChecksum");
        Objects.requireNonNull(contentName, "contentName");
    }
}
