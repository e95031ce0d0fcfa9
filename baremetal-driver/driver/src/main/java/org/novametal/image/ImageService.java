package org.novametal.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import okhttp3.OkHttpClient;
import org.novametal.queue.AdmissionQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Prepares images for machines: fetches and verifies them, checks that they are disk images, converts them to raw, and caches
 * them by content.
 *
 * <p>Concurrent calls for one image fetch it once. A cached image that is requested with its checksum is not fetched again,
 * even after a restart, when its source still has the version that was fetched and answers this request: to know a checksum
 * does not suffice to get an image. An image of a {@linkplain CatalogAccess catalog} that the cache has is not fetched again. One
 * that is requested without a checksum is fetched again, but not converted again. A download that breaks off is continued. Images that no operation uses are deleted when the cache is full. Any thread may
 * call; calls block within the limits of {@link ImageOptions}.
 */
public final class ImageService implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ImageService.class);
    private static final long CLOSE_LIMIT_MILLIS = 10_000;

    private final ImageOptions options;
    private final OkHttpClient client;
    private final ImageCache cache;
    private final ImageConverter converter;

    /** The jobs that new calls can join, with the number of waiting callers; guarded by {@code this}. */
    private final Map<Key, Shared> running = new HashMap<>();

    /** Every job whose work has not ended, even without waiting callers; guarded by {@code this}. */
    private final Set<ImageJob> alive = new HashSet<>();

    private boolean closed;

    /**
     * Opens the cache and removes unfinished files of an earlier run.
     *
     * @param client its TLS settings and connections are used; this service sets redirects and time limits itself
     * @throws java.io.UncheckedIOException when the cache folder cannot be used
     */
    public ImageService(ImageOptions options, OkHttpClient client) {
        this(options, client, Set::of);
    }

    /**
     * Opens the cache, removes unfinished files of an earlier run, and never deletes images that are in use.
     *
     * @param client its TLS settings and connections are used; this service sets redirects and time limits itself
     * @param inUse the files of images that must be kept, absolute; called by any thread when the cache is full; when it
     *     throws, no image is deleted
     * @throws java.io.UncheckedIOException when the cache folder cannot be used
     */
    public ImageService(ImageOptions options, OkHttpClient client, Supplier<Set<Path>> inUse) {
        this.options = options;
        this.client = limited(client);
        this.cache = new ImageCache(options, inUse, System::nanoTime);
        this.converter = new ImageConverter(options);
    }

    private OkHttpClient limited(OkHttpClient given) {
        return given.newBuilder()
                .followRedirects(false)
                .followSslRedirects(false)
                .addNetworkInterceptor(HttpImage::requireLength)
                .connectTimeout(options.silenceTimeout())
                .readTimeout(options.silenceTimeout())
                .callTimeout(options.fetchTimeout())
                .build();
    }

    /** Requests with equal keys can share a job: also only those with the same access to a catalog. */
    private record Key(
            URI source,
            Optional<String> declaredFormat,
            Optional<ImageChecksum> checksum,
            OptionalLong declaredSize,
            Optional<CatalogAccess> catalog) {
        static Key of(ImageRequest request) {
            return new Key(
                    request.source(),
                    request.declaredFormat(),
                    request.checksum(),
                    request.declaredSize(),
                    request.catalog());
        }
    }

    private static final class Shared {
        private final ImageJob job;
        private int waiting = 1;

        Shared(ImageJob job) {
            this.job = job;
        }
    }

    /**
     * Prepares an image, or waits for a call that already prepares the same image. When the last waiting caller is
     * interrupted, the work is cancelled.
     *
     * @param listener receives the progress, in the calling thread
     * @throws ImageException saying what is wrong
     * @throws IllegalStateException when this service is closed, or is closed meanwhile
     */
    public PreparedImage prepare(ImageRequest request, ImageProgressListener listener) throws InterruptedException {
        requireChecksum(request);
        if ("file".equalsIgnoreCase(request.source().getScheme())) {
            // Before the cache is read: a file outside of the allowed folders is refused even when it is cached.
            ImageFolders.requireAllowed(request, options.imageFolders());
        }
        Shared shared = join(request);
        PreparedImage image;
        try {
            image = shared.job.await(listener);
        } catch (CancellationException e) {
            throw new IllegalStateException("the image service was closed", e);
        } finally {
            leave(request, shared);
        }
        requireFits(image, request);
        return image;
    }

    /**
     * Checks an image of the cache whose bytes a machine found wrong or did not get, and deletes it if it is damaged: the next
     * request then fetches it again. Reads the whole file, which may take minutes.
     *
     * @return whether the image is not in the cache now, because it was damaged or somebody deleted it
     */
    public boolean deleteIfDamaged(Path rawFile, ImageChecksum checksum) {
        try {
            return cache.deleteIfDamaged(rawFile, checksum);
        } catch (IOException e) {
            log.error("image cache: {} is damaged and cannot be deleted: {}", rawFile, e.toString());
            return false;
        }
    }

    /**
     * What the cache holds.
     *
     * @param images how many images
     * @param bytes their size
     */
    public record CacheUse(int images, long bytes) {}

    /**
     * What the cache holds now; reads its folder.
     *
     * @throws java.io.UncheckedIOException when the folder cannot be read
     */
    public CacheUse cacheUse() {
        try {
            List<CachedImage> images = CachedImage.list(options.cacheFolder());
            return new CacheUse(
                    images.size(),
                    images.stream().mapToLong(CachedImage::sizeBytes).sum());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The conversions that run or wait; only its length and name are of use outside of this package. */
    public AdmissionQueue conversions() {
        return converter.queue();
    }

    private void requireChecksum(ImageRequest request) {
        if (request.checksum().isPresent()) {
            return;
        }
        switch (options.checksums()) {
            case REQUIRED ->
                throw new ImageException(
                        ImageException.Reason.CHECKSUM_MISSING,
                        "image " + request.sourceForMessages() + ": it has no SHA-256 or SHA-512 checksum, and"
                                + " image_checksum_required is set; give its checksum");
            case OPTIONAL ->
                log.warn(
                        "image {} has no checksum, so a change on its way here is not noticed",
                        request.sourceForMessages());
        }
    }

    private synchronized Shared join(ImageRequest request) {
        if (closed) {
            throw new IllegalStateException("the image service is closed");
        }
        Key key = Key.of(request);
        Shared present = running.get(key);
        // A job for a smaller disk may stop early; one for a larger disk serves both.
        if (present != null && present.job.maxBytes() >= request.maxBytes()) {
            present.waiting++;
            return present;
        }
        OkHttpClient http =
                request.catalog().map(catalog -> limited(catalog.client())).orElse(client);
        Shared made = new Shared(new ImageJob(
                request, cache, converter, new ImageFetch(request, http, options), ended -> forget(key, ended)));
        running.put(key, made);
        alive.add(made.job);
        log.debug("preparing {}", request);
        made.job.start();
        return made;
    }

    private synchronized void forget(Key key, ImageJob ended) {
        alive.remove(ended);
        Shared present = running.get(key);
        if (present != null && present.job == ended) {
            running.remove(key);
        }
    }

    private synchronized void leave(ImageRequest request, Shared shared) {
        shared.waiting--;
        if (shared.waiting == 0) {
            running.remove(Key.of(request), shared);
            shared.job.cancel();
        }
    }

    private static void requireFits(PreparedImage image, ImageRequest request) {
        if (image.sizeBytes() > request.maxBytes()) {
            throw request.tooLarge("the raw image", String.valueOf(image.sizeBytes()));
        }
    }

    /** Cancels running jobs and waits until they have ended, ten seconds at most. Idempotent. */
    @Override
    public void close() {
        List<ImageJob> jobs;
        synchronized (this) {
            closed = true;
            jobs = List.copyOf(alive);
            running.clear();
        }
        jobs.forEach(ImageJob::cancel);
        long end = System.nanoTime() + CLOSE_LIMIT_MILLIS * 1_000_000;
        try {
            for (ImageJob job : jobs) {
                long millis = Math.max(1, (end - System.nanoTime()) / 1_000_000);
                if (!job.awaitEnd(millis)) {
                    log.warn("an image was still being prepared {} ms after close", CLOSE_LIMIT_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
