package org.novametal.image;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The folders and limits for images.
 *
 * @param cacheFolder where images are kept; created when it is missing, used by one {@link ImageService} at a time
 * @param imageFolders the folders from which {@code file:} images may come; when empty, no such image is accepted
 * @param fetchTimeout how long one download may take in all
 * @param silenceTimeout how long a source may send nothing, and how long connecting to it may take
 * @param maxRedirects how many HTTP redirects are followed
 * @param conversionTimeout how long one run of {@code qemu-img} may take, and how long it may wait to start
 * @param maxConversions how many runs of {@code qemu-img} may be active at once
 * @param conversionMemoryBytes how much address space one run of {@code qemu-img} may have
 * @param qemuImg the program {@code qemu-img}, as a path or as a name in {@code PATH}
 */
public record ImageOptions(
        Path cacheFolder,
        List<Path> imageFolders,
        Duration fetchTimeout,
        Duration silenceTimeout,
        int maxRedirects,
        Duration conversionTimeout,
        int maxConversions,
        long conversionMemoryBytes,
        String qemuImg) {
    /** Checks the limits. */
    public ImageOptions {
        Objects.requireNonNull(cacheFolder, "cacheFolder");
        Objects.requireNonNull(qemuImg, "qemuImg");
        imageFolders = List.copyOf(imageFolders);
        for (Duration limit : List.of(fetchTimeout, silenceTimeout, conversionTimeout)) {
            if (!limit.isPositive()) {
                throw new IllegalArgumentException("a limit of " + limit + " is not more than zero");
            }
        }
        if (maxRedirects < 0 || maxConversions < 1 || conversionMemoryBytes < 1) {
            throw new IllegalArgumentException("image limits out of range: " + maxRedirects + " redirects, "
                    + maxConversions + " conversions, " + conversionMemoryBytes + " bytes of memory");
        }
    }

    /** Options with the usual limits: an hour for a download, 30 s of silence, 5 redirects, two conversions at once. */
    public static ImageOptions of(Path cacheFolder, List<Path> imageFolders) {
        return new ImageOptions(
                cacheFolder,
                imageFolders,
                Duration.ofHours(1),
                Duration.ofSeconds(30),
                5,
                Duration.ofHours(1),
                2,
                2L << 30,
                "qemu-img");
    }
}
