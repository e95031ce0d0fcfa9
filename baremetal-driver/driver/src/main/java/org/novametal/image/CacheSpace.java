package org.novametal.image;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The space of the image cache. Before an image is fetched or converted, its bytes are reserved: within the bound of the
 * cache, and leaving a part of the disk free, because the inventory may be on it too. Images that nobody uses are deleted to
 * make room, the one that was requested least recently first.
 *
 * <p>An image is in use while an operation refers to it, and for {@value #RECENT_SECONDS} s after it was requested: until
 * then the operation that requested it may not have stored its name.
 *
 * <p>Safe for several threads; guarded by this object. A thread that finds an image in the cache marks it as {@linkplain #used
 * used} within the same lock, so that it is not deleted in between.
 */
final class CacheSpace {
    private static final Logger log = LoggerFactory.getLogger(CacheSpace.class);
    static final long RECENT_SECONDS = 120;
    private static final long RECENT_NANOS = RECENT_SECONDS * 1_000_000_000L;
    private static final int LEAST_FREE_PART = 10;

    private final Path folder;
    private final long maxCacheBytes;
    private final long reservedBytes;
    private final Supplier<Set<Path>> inUse;
    private final LongSupplier nanoTime;
    private final Map<Path, Long> requestedAt = new HashMap<>();
    private final Set<Reservation> reservations = new HashSet<>();

    /**
     * Watches over a folder.
     *
     * @param inUse the image files that operations refer to; may throw when that cannot be read
     */
    CacheSpace(Path folder, long maxCacheBytes, long reservedBytes, Supplier<Set<Path>> inUse, LongSupplier nanoTime) {
        this.folder = folder;
        this.maxCacheBytes = maxCacheBytes;
        this.reservedBytes = reservedBytes;
        this.inUse = inUse;
        this.nanoTime = nanoTime;
    }

    /** Bytes that an unfinished image will need; they are released when it is closed. */
    final class Reservation implements AutoCloseable {
        private final String image;
        private long diskBytes;
        private long cacheBytes;
        private long writtenBytes;

        private Reservation(String image) {
            this.image = image;
        }

        /**
         * Reserves more: at least so many bytes in all.
         *
         * @param onDisk how many bytes will be written to the disk
         * @param inCache how long the file will be; longer than what is written when it has holes
         * @throws ImageException with {@code NO_SPACE} when there is no room for them
         */
        void require(long onDisk, long inCache) throws IOException {
            synchronized (CacheSpace.this) {
                if (onDisk > diskBytes || inCache > cacheBytes) {
                    makeRoom(this, Math.max(onDisk, diskBytes), Math.max(inCache, cacheBytes));
                    diskBytes = Math.max(onDisk, diskBytes);
                    cacheBytes = Math.max(inCache, cacheBytes);
                }
            }
        }

        /** Says how much is on the disk by now. */
        void written(long bytes) {
            synchronized (CacheSpace.this) {
                writtenBytes = bytes;
            }
        }

        private long missingBytes() {
            return Math.max(0, diskBytes - writtenBytes);
        }

        @Override
        public void close() {
            synchronized (CacheSpace.this) {
                reservations.remove(this);
            }
        }
    }

    /** Begins a reservation of no bytes. */
    synchronized Reservation begin(String image) {
        Reservation reservation = new Reservation(image);
        reservations.add(reservation);
        return reservation;
    }

    /** Marks an image as requested now. */
    synchronized void used(Path rawFile) {
        long now = nanoTime.getAsLong();
        requestedAt.values().removeIf(at -> now - at >= RECENT_NANOS);
        requestedAt.put(rawFile, now);
    }

    private void makeRoom(Reservation wanted, long onDisk, long inCache) throws IOException {
        List<CachedImage> images = CachedImage.list(folder);
        long cached = images.stream().mapToLong(CachedImage::sizeBytes).sum();
        long promisedInCache = 0;
        long promisedOnDisk = 0;
        for (Reservation other : reservations) {
            if (other != wanted) {
                promisedInCache += other.cacheBytes;
                promisedOnDisk += other.missingBytes();
            }
        }
        FileStore disk = Files.getFileStore(folder);
        long leftFree = Math.min(reservedBytes, disk.getTotalSpace() / LEAST_FREE_PART);
        List<CachedImage> unused = null;
        while (true) {
            long usable = disk.getUsableSpace();
            long missing = Math.max(0, onDisk - wanted.writtenBytes);
            boolean fitsInCache = cached + promisedInCache + inCache <= maxCacheBytes;
            boolean fitsOnDisk = usable - promisedOnDisk - missing >= leftFree;
            if (fitsInCache && fitsOnDisk) {
                return;
            }
            if (unused == null) {
                unused = unused(images);
            }
            if (unused.isEmpty()) {
                throw new ImageException(
                        ImageException.Reason.NO_SPACE,
                        wanted.image + ": "
                                + (fitsInCache
                                        ? noDisk(missing, usable, promisedOnDisk, leftFree)
                                        : noCache(inCache, cached, promisedInCache)));
            }
            CachedImage old = unused.removeFirst();
            log.info("image cache: deleting {}, which no operation uses, to make room", old.rawFile());
            old.delete();
            cached -= old.sizeBytes();
        }
    }

    private String noDisk(long missing, long usable, long promised, long leftFree) {
        return "it needs " + missing + " bytes more in " + folder + ", where " + usable + " are free, of which "
                + promised
                + " are for other images and " + leftFree
                + " stay free (option image_disk_reserve_mb); make room there";
    }

    private String noCache(long inCache, long cached, long promised) {
        return "it needs " + inCache + " bytes in the image cache, which may have " + maxCacheBytes
                + " (option image_cache_gb) and holds " + cached + " of images in use and " + promised
                + " of images that are being made; try again later, or raise the option";
    }

    /** The images that may be deleted, the first one first. */
    private List<CachedImage> unused(List<CachedImage> images) {
        Set<Path> busy;
        try {
            busy = inUse.get();
        } catch (RuntimeException e) {
            log.warn("image cache: which images are in use cannot be read, so none is deleted", e);
            return new ArrayList<>();
        }
        long now = nanoTime.getAsLong();
        List<CachedImage> unused = new ArrayList<>(images.stream()
                .filter(image -> !busy.contains(image.rawFile()))
                .filter(image -> {
                    Long at = requestedAt.get(image.rawFile());
                    return at == null || now - at >= RECENT_NANOS;
                })
                .toList());
        unused.sort(Comparator.comparing(CachedImage::lastRequested));
        return unused;
    }

    /** Deletes records of images that are not there any more. */
    synchronized void deleteStaleRecords() throws IOException {
        try (DirectoryStream<Path> records = Files.newDirectoryStream(folder, "*" + CachedImage.SOURCE)) {
            for (Path record : records) {
                if (CachedImage.rawOf(folder, record).filter(Files::exists).isEmpty()) {
                    Files.deleteIfExists(record);
                }
            }
        }
        try (DirectoryStream<Path> records = Files.newDirectoryStream(folder, "*" + CachedImage.ORIGIN)) {
            for (Path record : records) {
                if (CachedImage.rawOf(folder, record).filter(Files::exists).isEmpty()) {
                    Files.deleteIfExists(record);
                }
            }
        }
    }
}
