package org.novametal.image;

import java.net.URI;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CancellationException;
import okhttp3.OkHttpClient;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes images ready to be written to machines: fetched, verified, checked to be disk images, made raw, kept by content.
 *
 * <p>However many want one image at once, it is fetched once. An image with a known checksum that is in the cache is not
 * fetched again, after a restart neither; one without is fetched, but not converted again. Any thread may call; calls block
 * within the limits of {@link ImageOptions}.
 */
public final class ImageService implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ImageService.class);
    private static final long CLOSE_LIMIT_MILLIS = 10_000;

    private final ImageOptions options;
    private final OkHttpClient client;
    private final ImageCache cache;
    private final ImageConverter converter;

    /** What is being made and for how many; guarded by {@code this}. */
    private final Map<Key, Shared> running = new HashMap<>();

    /** Every job whose work has not ended, those that nobody waits for too; guarded by {@code this}. */
    private final Set<ImageJob> alive = new HashSet<>();

    private boolean closed;

    /**
     * Opens the cache and removes what an earlier run left unfinished there.
     *
     * @param client is used with its TLS settings and connections; redirects and time limits are set here
     * @throws java.io.UncheckedIOException when the cache folder cannot be used
     */
    public ImageService(ImageOptions options, OkHttpClient client) {
        this.options = options;
        this.client = client.newBuilder()
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(options.silenceTimeout())
                .readTimeout(options.silenceTimeout())
                .callTimeout(options.fetchTimeout())
                .build();
        this.cache = new ImageCache(options.cacheFolder());
        this.converter = new ImageConverter(options);
    }

    /** What makes two requests the same work. */
    private record Key(
            URI source, Optional<String> declaredFormat, Optional<ImageChecksum> checksum, OptionalLong declaredSize) {
        static Key of(ImageRequest request) {
            return new Key(request.source(), request.declaredFormat(), request.checksum(), request.declaredSize());
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
     * The image, ready. Where another call for the same image is under way it is waited for. When the last one who waits is
     * interrupted, the work ends.
     *
     * @param listener hears of progress, in the calling thread
     * @throws ImageException saying what is wrong
     * @throws IllegalStateException when this service is closed, or is closed meanwhile
     */
    public PreparedImage prepare(ImageRequest request, ImageProgressListener listener) throws InterruptedException {
        if ("file".equalsIgnoreCase(request.source().getScheme())) {
            // Before the cache is asked: a file outside is refused even when its content is known.
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
        Shared made = new Shared(new ImageJob(
                request, cache, converter, new ImageFetch(request, client, options), ended -> forget(key, ended)));
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
            throw new ImageException(
                    ImageException.Reason.TOO_LARGE,
                    "image " + request.sourceForMessages() + ": larger than the disk: the raw image has "
                            + image.sizeBytes() + " bytes, the disk takes " + request.maxBytes());
        }
    }

    /** Ends what is running and waits for that, ten seconds at most. Idempotent. */
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
                    log.warn("an image was still being made {} ms after close", CLOSE_LIMIT_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
