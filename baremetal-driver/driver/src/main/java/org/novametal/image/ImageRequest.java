package org.novametal.image;

import java.net.URI;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A request for an image for a disk, with what the image's owner declared about it.
 *
 * @param source where the image is: {@code http:}, {@code https:}, or {@code file:} within an allowed folder
 * @param declaredFormat the format that the owner declared, as Glance's {@code disk_format} spells it; the content decides,
 *     and an image whose content contradicts this is refused
 * @param checksum the digest of the bytes at the source, before any conversion
 * @param declaredSize the number of bytes at the source that the owner declared
 * @param maxBytes the disk's length in bytes; the raw image may not be longer
 */
public record ImageRequest(
        URI source,
        Optional<String> declaredFormat,
        Optional<ImageChecksum> checksum,
        OptionalLong declaredSize,
        long maxBytes) {
    /** Checks that nothing is null and that the disk's length is positive. */
    public ImageRequest {
        Objects.requireNonNull(source, "source");
        Objects.requireNonNull(checksum, "checksum");
        Objects.requireNonNull(declaredSize, "declaredSize");
        declaredFormat = declaredFormat.map(format -> format.toLowerCase(Locale.ROOT));
        if (maxBytes < 1) {
            throw new IllegalArgumentException("a disk of " + maxBytes + " bytes cannot hold an image");
        }
    }

    /** A request for an image about which nothing was declared. */
    public static ImageRequest of(URI source, long maxBytes) {
        return new ImageRequest(source, Optional.empty(), Optional.empty(), OptionalLong.empty(), maxBytes);
    }

    /** The same request with a digest to verify. */
    public ImageRequest withChecksum(ImageChecksum wanted) {
        return new ImageRequest(source, declaredFormat, Optional.of(wanted), declaredSize, maxBytes);
    }

    /** The same request with a declared format. */
    public ImageRequest withDeclaredFormat(String format) {
        return new ImageRequest(source, Optional.of(format), checksum, declaredSize, maxBytes);
    }

    /** The same request with a declared length in bytes. */
    public ImageRequest withDeclaredSize(long bytes) {
        return new ImageRequest(source, declaredFormat, checksum, OptionalLong.of(bytes), maxBytes);
    }

    /** The source without user, password, query and fragment, for messages and logs. */
    public String sourceForMessages() {
        return withoutSecrets(source);
    }

    static String withoutSecrets(URI uri) {
        if (uri.isOpaque() || uri.getHost() == null) {
            return uri.getScheme() + ":" + (uri.getRawPath() == null ? "…" : uri.getRawPath());
        }
        return uri.getScheme() + "://" + uri.getHost() + (uri.getPort() < 0 ? "" : ":" + uri.getPort())
                + (uri.getRawPath() == null ? "" : uri.getRawPath());
    }

    @Override
    public String toString() {
        return "ImageRequest[" + sourceForMessages() + ", " + declaredFormat.orElse("format not declared") + ", "
                + checksum.map(ImageChecksum::toString).orElse("no checksum") + ", at most " + maxBytes + " bytes]";
    }
}
