package org.novametal.image;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.novametal.text.ForeignText;
import org.novametal.text.UrlText;

/**
 * A request for an image for a disk, with what the image's owner declared about it.
 *
 * @param source where the image is: {@code http:}, {@code https:}, or {@code file:} within an allowed folder
 * @param declaredFormat the format that the owner declared, as Glance's {@code disk_format} spells it; the content decides,
 *     and an image whose content contradicts this is refused
 * @param checksum the digest of the bytes at the source, before any conversion
 * @param declaredSize the number of bytes at the source that the owner declared
 * @param maxBytes how long the raw image may be, in bytes: the disk's length, or a lower limit for all images
 * @param catalog the access to the catalog that declared all this, when the image is in one
 */
public record ImageRequest(
        URI source,
        Optional<String> declaredFormat,
        Optional<ImageChecksum> checksum,
        OptionalLong declaredSize,
        long maxBytes,
        Optional<CatalogAccess> catalog) {
    /** Checks that nothing is null and that the disk's length is positive. */
    public ImageRequest {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(checksum, "checksum");
        Objects.requireNonNull(declaredSize, "declaredSize");
        Objects.requireNonNull(catalog, "catalog");
        declaredFormat = declaredFormat.map(format -> format.toLowerCase(Locale.ROOT));
        if (maxBytes < 1) {
            throw new IllegalArgumentException("a disk of " + maxBytes + " bytes cannot hold an image");
        }
    }

    /** A request for an image that is in no catalog. */
    public ImageRequest(
            URI source,
            Optional<String> declaredFormat,
            Optional<ImageChecksum> checksum,
            OptionalLong declaredSize,
            long maxBytes) {
        this(source, declaredFormat, checksum, declaredSize, maxBytes, Optional.empty());
    }

    /** A request for an image about which nothing was declared. */
    public static ImageRequest of(URI source, long maxBytes) {
        return new ImageRequest(source, Optional.empty(), Optional.empty(), OptionalLong.empty(), maxBytes);
    }

    /** The same request with a digest to verify. */
    public ImageRequest withChecksum(ImageChecksum wanted) {
        return new ImageRequest(source, declaredFormat, Optional.of(wanted), declaredSize, maxBytes, catalog);
    }

    /** The same request with a declared format. */
    public ImageRequest withDeclaredFormat(String format) {
        return new ImageRequest(source, Optional.of(format), checksum, declaredSize, maxBytes, catalog);
    }

    /** The same request with a declared length in bytes. */
    public ImageRequest withDeclaredSize(long bytes) {
        return new ImageRequest(source, declaredFormat, checksum, OptionalLong.of(bytes), maxBytes, catalog);
    }

    /** The same request for an image of a catalog. */
    public ImageRequest withCatalog(CatalogAccess access) {
        return new ImageRequest(source, declaredFormat, checksum, declaredSize, maxBytes, Optional.of(access));
    }

    /** The source without user, password, query and fragment, for messages and logs; safe text of one line. */
    public String sourceForMessages() {
        return ForeignText.line(UrlText.withoutSecrets(source));
    }

    /**
     * The failure of an image that is too long.
     *
     * @param what whose length it is
     * @param bytes the length, in words
     */
    ImageException tooLarge(String what, String bytes) {
        return new ImageException(
                ImageException.Reason.TOO_LARGE,
                "image " + sourceForMessages() + ": larger than the disk: " + what + " has " + bytes
                        + " bytes, a raw image may have " + maxBytes
                        + " (the length of the disk, or image_max_gb if that is less)");
    }

    @Override
    public String toString() {
        return "ImageRequest[" + sourceForMessages() + ", "
                + ForeignText.line(declaredFormat.orElse("format not declared")) + ", "
                + checksum.map(ImageChecksum::toString).orElse("no checksum") + ", at most " + maxBytes + " bytes]";
    }
}
