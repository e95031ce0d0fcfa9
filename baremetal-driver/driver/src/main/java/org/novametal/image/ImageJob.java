package org.novametal.image;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.novametal.text.ForeignText;

/** Prepares one image, in a separate thread, for all callers that wait for it. {@link ImageService} counts the callers. */
final class ImageJob {
    private static final long REPORT_EVERY_MILLIS = 200;
    private static final long FULL_BELOW_BYTES = 16 << 20;

    private final ImageRequest request;
    private final String image;
    private final ImageCache cache;
    private final ImageConverter converter;
    private final ImageFetch fetch;
    private final CompletableFuture<PreparedImage> result = new CompletableFuture<>();
    private final Thread thread;
    private volatile @Nullable ImageProgress progress;
    private volatile boolean cancelled;

    ImageJob(
            ImageRequest request,
            ImageCache cache,
            ImageConverter converter,
            ImageFetch fetch,
            Consumer<ImageJob> atEnd) {
        this.request = request;
        this.image = "image " + request.sourceForMessages();
        this.cache = cache;
        this.converter = converter;
        this.fetch = fetch;
        // A platform thread: hashing and file reads would hold a virtual thread's carrier for seconds.
        this.thread = Thread.ofPlatform().daemon().name("image-fetch").unstarted(() -> run(atEnd));
    }

    void start() {
        thread.start();
    }

    /** Cancels the job; callers that still wait get a {@link CancellationException}. */
    void cancel() {
        cancelled = true;
        fetch.cancel();
        thread.interrupt();
    }

    boolean awaitEnd(long millis) throws InterruptedException {
        thread.join(millis);
        return !thread.isAlive();
    }

    /** The maximum length of the raw image, in bytes. */
    long maxBytes() {
        return request.maxBytes();
    }

    /** Waits for the image; only the stages, and the wait for a conversion, limit the time. */
    PreparedImage await(ImageProgressListener listener) throws InterruptedException {
        @Nullable ImageProgress reported = null;
        while (true) {
            try {
                return result.get(REPORT_EVERY_MILLIS, TimeUnit.MILLISECONDS);
            } catch (TimeoutException stillRunning) {
                ImageProgress now = progress;
                if (now != null && !now.equals(reported)) {
                    listener.progress(now);
                    reported = now;
                }
            } catch (ExecutionException e) {
                if (e.getCause() instanceof ImageException failure) {
                    // A new exception for each waiting caller, with that caller's stack trace.
                    throw new ImageException(failure.reason(), failure.getMessage(), failure);
                }
                throw new IllegalStateException(
                        image + ": could not be prepared: " + ForeignText.line(String.valueOf(e.getCause())),
                        e.getCause());
            }
        }
    }

    private void run(Consumer<ImageJob> atEnd) {
        try {
            PreparedImage prepared = make();
            atEnd.accept(this);
            result.complete(prepared);
        } catch (Throwable e) {
            atEnd.accept(this);
            if (cancelled) {
                result.cancel(false);
            } else {
                result.completeExceptionally(e instanceof IOException failure ? storageFailed(failure) : e);
            }
        }
    }

    private PreparedImage make() throws IOException, InterruptedException {
        Optional<ImageCache.Known> declared = declaredByCatalog();
        if (declared.isPresent()) {
            return checked(declared.get());
        }
        Optional<SourceVersion> cached = Optional.empty();
        if (request.checksum().isPresent()) {
            cached = cache.versionOf(request.source(), request.checksum().get());
        }
        Path fetched = cache.newPartial();
        Path converted = cache.newPartial();
        try (CacheSpace.Reservation space = cache.reserve(image)) {
            return switch (fetch.run(fetched, cached, space, this::report)) {
                case ImageFetch.Result.Unchanged _ -> checked(fromCache());
                case ImageFetch.Result.Fetched bytes -> checked(keep(bytes, fetched, converted));
            };
        } finally {
            Files.deleteIfExists(fetched);
            Files.deleteIfExists(converted);
        }
    }

    /** The cached image that the catalog has just declared by a checksum that no other content has. */
    private Optional<ImageCache.Known> declaredByCatalog() throws IOException {
        return request.catalog().isPresent() && request.checksum().isPresent()
                ? cache.find(request.checksum().get())
                : Optional.empty();
    }

    private ImageCache.Known fromCache() throws IOException {
        ImageChecksum checksum = request.checksum()
                .orElseThrow(
                        () -> new IllegalStateException("only an image with a checksum is asked for by its version"));
        // Finding it before marked it as used, so it was not deleted since.
        return cache.find(checksum)
                .orElseThrow(() -> new IOException("the cached image of " + checksum + " has just disappeared"));
    }

    private ImageCache.Known keep(ImageFetch.Result.Fetched bytes, Path fetched, Path converted)
            throws IOException, InterruptedException {
        ImageChecksum source = bytes.checksum(ImageChecksum.Algorithm.SHA256);
        Optional<ImageCache.Known> known = cache.find(source);
        ImageCache.Known made = known.isPresent() ? known.get() : makeRaw(fetched, converted, source);
        for (ImageChecksum checksum : bytes.checksums().values()) {
            // Another image may be made to have the same digest of an algorithm that is not trusted.
            if (checksum.algorithm().isTrusted()) {
                cache.remember(checksum, made);
            }
        }
        if (bytes.version().isPresent()) {
            cache.rememberOrigin(request.source(), bytes.version().get(), made);
        }
        return made;
    }

    private PreparedImage checked(ImageCache.Known known) {
        known.sourceFormat().requireDeclared(request.declaredFormat(), image);
        fetch.requireFits(known.image().sizeBytes());
        return known.image();
    }

    private ImageCache.Known makeRaw(Path fetched, Path converted, ImageChecksum source)
            throws IOException, InterruptedException {
        ImageFormat format;
        try (FileChannel file = FileChannel.open(fetched)) {
            format = ImageFormat.of(file);
            format.requireDeclared(request.declaredFormat(), image);
            return switch (format) {
                case RAW -> {
                    fetch.requireFits(file.size());
                    PartitionTable.require(file, image);
                    OtherFormat.refuse(file, image);
                    PartitionTable.requireInside(file, image);
                    yield new ImageCache.Known(format, cache.keep(fetched, source));
                }
                case QCOW2 -> {
                    Qcow2Header header = Qcow2Header.read(file, image);
                    fetch.requireFits(header.rawBytes());
                    long data = Qcow2Clusters.requireInside(file, header, image);
                    try (CacheSpace.Reservation space = cache.reserve(image)) {
                        space.require(data, header.rawBytes());
                        convert(fetched, header, converted);
                        yield keepConverted(converted);
                    }
                }
            };
        }
    }

    private ImageCache.Known keepConverted(Path converted) throws IOException {
        try (FileChannel raw = FileChannel.open(converted)) {
            fetch.requireFits(raw.size());
            PartitionTable.require(raw, image);
            OtherFormat.refuse(raw, image);
            PartitionTable.requireInside(raw, image);
            long total = raw.size();
            ImageChecksum checksum = FileBytes.digest(
                    raw,
                    ImageChecksum.Algorithm.SHA256,
                    done -> report(new ImageProgress(ImageProgress.Stage.HASHING, done, total)));
            return new ImageCache.Known(ImageFormat.QCOW2, cache.keep(converted, checksum));
        }
    }

    private void convert(Path qcow2, Qcow2Header header, Path raw) throws IOException, InterruptedException {
        ImageProgress begun = new ImageProgress(ImageProgress.Stage.CONVERTING, 0, header.rawBytes());
        try {
            converter.convert(
                    qcow2,
                    header,
                    raw,
                    image,
                    place -> report(new ImageProgress(begun.stage(), 0, header.rawBytes(), Optional.of(place))),
                    () -> report(begun));
        } catch (ImageException e) {
            if (e.reason() == ImageException.Reason.CONVERSION_FAILED && isFull(raw)) {
                throw new ImageException(
                        ImageException.Reason.NO_SPACE,
                        "the cache folder is full: " + e.getMessage() + "; make room there",
                        e);
            }
            throw e;
        }
        report(new ImageProgress(ImageProgress.Stage.CONVERTING, header.rawBytes(), header.rawBytes()));
    }

    private ImageException storageFailed(IOException failure) {
        return new ImageException(
                ImageException.Reason.NO_SPACE,
                image + ": the image cache cannot be read or written: " + failure.getMessage()
                        + "; check its free space and its permissions",
                failure);
    }

    private static boolean isFull(Path file) throws IOException {
        return Files.getFileStore(file.toAbsolutePath().getParent()).getUsableSpace() < FULL_BELOW_BYTES;
    }

    private void report(ImageProgress now) {
        progress = now;
    }
}
