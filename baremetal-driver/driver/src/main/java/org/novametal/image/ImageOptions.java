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
 * @param fetchTimeout how long one download may take in all, with all its retries
 * @param silenceTimeout how long a source may send nothing, and how long connecting to it may take
 * @param maxRedirects how many HTTP redirects are followed
 * @param conversionTimeout how long one run of {@code qemu-img} may take; a run that waits for others has that time for each
 *     one before it, and once more
 * @param maxConversions how many runs of {@code qemu-img} may be active at once
 * @param conversionMemoryBytes how much address space one run of {@code qemu-img} may have
 * @param qemuImg the program {@code qemu-img}, as a path or as a name in {@code PATH}
 * @param retries how often a download is tried again in a row without progress
 * @param retryDelay how long to wait before the first retry; each further one waits twice as long, 30 s at most, or as long
 *     as the source requires
 * @param maxCacheBytes how many bytes of images the cache may hold, with those that are being made
 * @param reservedBytes how many bytes images leave free on the disk of the cache; a tenth of a small disk
 * @param checksums whether an image needs a checksum
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
        String qemuImg,
        int retries,
        Duration retryDelay,
        long maxCacheBytes,
        long reservedBytes,
        Checksums checksums) {
    private static final int RETRIES = 5;
    private static final Duration RETRY_DELAY = Duration.ofSeconds(1);
    private static final long MAX_CACHE_BYTES = 200L << 30;
    private static final long RESERVED_BYTES = 1L << 30;

    /** Whether an image needs a checksum. */
    public enum Checksums {
        /** An image without a checksum is accepted with a warning. */
        OPTIONAL,
        /** An image without a checksum is refused. */
        REQUIRED
    }

    /** Checks the limits. */
    public ImageOptions {
        Objects.requireNonNull(cacheFolder, "cacheFolder");
        Objects.requireNonNull(qemuImg, "qemuImg");
        Objects.requireNonNull(checksums, "checksums");
        imageFolders = List.copyOf(imageFolders);
        for (Duration limit : List.of(fetchTimeout, silenceTimeout, conversionTimeout, retryDelay)) {
            if (!limit.isPositive()) {
                throw new IllegalArgumentException("a limit of " + limit + " is not more than zero");
            }
        }
        if (maxRedirects < 0 || maxConversions < 1 || conversionMemoryBytes < 1 || retries < 0) {
            throw new IllegalArgumentException("image limits out of range: " + maxRedirects + " redirects, "
                    + maxConversions + " conversions, " + conversionMemoryBytes + " bytes of memory, " + retries
                    + " retries");
        }
        if (maxCacheBytes < 1 || reservedBytes < 0) {
            throw new IllegalArgumentException("image limits out of range: a cache of " + maxCacheBytes + " bytes, "
                    + reservedBytes + " bytes left free");
        }
    }

    /** Options with the usual retries, cache and reserve (see {@link #of}), and checksums that are optional. */
    public ImageOptions(
            Path cacheFolder,
            List<Path> imageFolders,
            Duration fetchTimeout,
            Duration silenceTimeout,
            int maxRedirects,
            Duration conversionTimeout,
            int maxConversions,
            long conversionMemoryBytes,
            String qemuImg) {
        this(
                cacheFolder,
                imageFolders,
                fetchTimeout,
                silenceTimeout,
                maxRedirects,
                conversionTimeout,
                maxConversions,
                conversionMemoryBytes,
                qemuImg,
                RETRIES,
                RETRY_DELAY,
                MAX_CACHE_BYTES,
                RESERVED_BYTES,
                Checksums.OPTIONAL);
    }

    /**
     * Options with the usual limits: an hour for a download, 30 s of silence, 5 redirects, two conversions at once, 5 retries
     * after 1 s and more, a cache of 200 GiB, 1 GiB left free.
     */
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

    /** These options with other retries. */
    public ImageOptions withRetries(int count, Duration firstDelay) {
        return new ImageOptions(
                cacheFolder,
                imageFolders,
                fetchTimeout,
                silenceTimeout,
                maxRedirects,
                conversionTimeout,
                maxConversions,
                conversionMemoryBytes,
                qemuImg,
                count,
                firstDelay,
                maxCacheBytes,
                reservedBytes,
                checksums);
    }

    /** These options with another bound of the cache and another reserve, in bytes. */
    public ImageOptions withSpace(long cacheBytes, long freeBytes) {
        return new ImageOptions(
                cacheFolder,
                imageFolders,
                fetchTimeout,
                silenceTimeout,
                maxRedirects,
                conversionTimeout,
                maxConversions,
                conversionMemoryBytes,
                qemuImg,
                retries,
                retryDelay,
                cacheBytes,
                freeBytes,
                checksums);
    }

    /** These options with another rule for checksums. */
    public ImageOptions withChecksums(Checksums rule) {
        return new ImageOptions(
                cacheFolder,
                imageFolders,
                fetchTimeout,
                silenceTimeout,
                maxRedirects,
                conversionTimeout,
                maxConversions,
                conversionMemoryBytes,
                qemuImg,
                retries,
                retryDelay,
                maxCacheBytes,
                reservedBytes,
                rule);
    }
}
