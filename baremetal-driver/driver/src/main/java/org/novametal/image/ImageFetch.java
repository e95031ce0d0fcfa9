package org.novametal.image;

import com.google.common.hash.Hasher;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.novametal.image.HttpImage.PassingFailure;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the bytes of one image from its source to a file, hashing them on the way, and stops as soon as they cannot match
 * the request. A download that breaks off, or whose source is not ready, is tried again where it stopped, within the limits
 * of {@link ImageOptions}. One thread runs it; any thread may cancel it.
 */
final class ImageFetch {
    private static final Logger log = LoggerFactory.getLogger(ImageFetch.class);

    /** Enough to hold a partition table, a qcow2 header with its extensions, and the marks of other formats. */
    private static final int CHUNK = 128 << 10;

    private static final long QCOW2_OVERHEAD_BYTES = 64L << 20;

    /** How much is reserved at a time when the source does not say how long the image is. */
    private static final long RESERVE_STEP_BYTES = 16L << 20;

    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d{1,18})-\\d{1,18}/(\\d{1,18}|\\*)");

    private final ImageRequest request;
    private final String image;
    private final ImageOptions options;
    private final HttpImage http;

    ImageFetch(ImageRequest request, OkHttpClient client, ImageOptions options) {
        this.request = request;
        this.image = "image " + request.sourceForMessages();
        this.options = options;
        this.http = new HttpImage(request.source(), image, client, options.maxRedirects(), request.catalog());
    }

    /** What the source gave. */
    sealed interface Result {
        /** It still has the version that was asked for, and gives it to this request; nothing was fetched. */
        record Unchanged() implements Result {}

        /** The number of fetched bytes, their digests, which always include SHA-256, and their version at the source. */
        record Fetched(
                long bytes, Map<ImageChecksum.Algorithm, ImageChecksum> checksums, Optional<SourceVersion> version)
                implements Result {
            ImageChecksum checksum(ImageChecksum.Algorithm algorithm) {
                ImageChecksum checksum = checksums.get(algorithm);
                if (checksum == null) {
                    throw new IllegalStateException("no " + algorithm.label() + " digest was made");
                }
                return checksum;
            }
        }
    }

    /** Cancels a running fetch, which then fails soon with one of its exceptions. */
    void cancel() {
        http.cancel();
    }

    /**
     * Fetches into {@code target}, which must not exist, and verifies length and checksum.
     *
     * @param cached the version that is in the cache; if the source still has it, nothing is fetched
     * @param space reserves space as the length becomes known
     */
    Result run(
            Path target, Optional<SourceVersion> cached, CacheSpace.Reservation space, Consumer<ImageProgress> progress)
            throws IOException, InterruptedException {
        String scheme = String.valueOf(request.source().getScheme()).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "file" -> copyFile(target, cached, space, progress);
            case "http", "https" -> {
                try (Copy copy = new Copy(target, space, progress)) {
                    yield download(copy, cached);
                }
            }
            default ->
                throw new ImageException(
                        ImageException.Reason.NOT_FOUND,
                        image + ": images come from http, https and file, not from '" + ForeignText.line(scheme) + "'");
        };
    }

    private Result copyFile(
            Path target, Optional<SourceVersion> cached, CacheSpace.Reservation space, Consumer<ImageProgress> progress)
            throws IOException {
        Path file = ImageFolders.requireAllowed(request, options.imageFolders());
        BasicFileAttributes attributes;
        InputStream in;
        try {
            attributes = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
        } catch (IOException e) {
            throw new ImageException(ImageException.Reason.NOT_FOUND, image + ": cannot be read: " + e.getMessage(), e);
        }
        SourceVersion version = SourceVersion.of(
                request.source(),
                Optional.of(attributes.fileKey() + " " + attributes.lastModifiedTime() + " " + attributes.size()),
                Optional.empty(),
                attributes.size());
        try (in;
                Copy copy = new Copy(target, space, progress)) {
            if (cached.filter(known -> known.isSameAs(version)).isPresent()) {
                return new Result.Unchanged();
            }
            copy.begin(Optional.of(version), OptionalLong.of(attributes.size()));
            copy.append(in);
            return copy.finish();
        } catch (PassingFailure e) {
            throw new ImageException(e.reason(), image + ": " + e.getMessage(), e);
        }
    }

    private Result download(Copy copy, Optional<SourceVersion> cached) throws IOException, InterruptedException {
        long end = System.nanoTime() + options.fetchTimeout().toNanos();
        long furthest = 0;
        int failures = 0;
        while (true) {
            Duration left = Duration.ofNanos(end - System.nanoTime());
            PassingFailure failure;
            try {
                if (!left.isPositive()) {
                    throw new PassingFailure(
                            ImageException.Reason.UNREACHABLE,
                            "it was not fetched within " + options.fetchTimeout(),
                            Optional.empty(),
                            null);
                }
                return attempt(copy, copy.done == 0 ? cached : Optional.empty(), left);
            } catch (PassingFailure e) {
                failure = e;
            }
            if (http.isCancelled() || Thread.currentThread().isInterrupted()) {
                throw new InterruptedException("the fetch was cancelled");
            }
            failures = copy.done > furthest ? 1 : failures + 1;
            furthest = Math.max(furthest, copy.done);
            Duration delay = delay(failures, failure);
            left = Duration.ofNanos(end - System.nanoTime());
            if (failures > options.retries() || delay.compareTo(left) >= 0) {
                throw new ImageException(
                        failure.reason(),
                        image + ": " + failure.getMessage() + (failures > 1 ? " (after " + failures + " tries)" : ""),
                        failure);
            }
            log.warn("{}: {}; trying again in {}", image, failure.getMessage(), delay);
            Thread.sleep(delay);
        }
    }

    private Duration delay(int failures, PassingFailure failure) {
        Duration doubled = options.retryDelay().multipliedBy(1L << Math.min(failures - 1, 20));
        Duration usual = doubled.compareTo(LONGEST_DELAY) < 0 ? doubled : LONGEST_DELAY;
        return failure.retryAfter()
                .filter(required -> required.compareTo(usual) > 0)
                .orElse(usual);
    }

    private Result attempt(Copy copy, Optional<SourceVersion> cached, Duration limit)
            throws IOException, InterruptedException, PassingFailure {
        Map<String, String> headers = new HashMap<>();
        boolean resumes = copy.done > 0 && copy.canResume();
        if (resumes) {
            headers.put("Range", "bytes=" + copy.done + "-");
            copy.version
                    .flatMap(version -> version.etag().or(version::lastModified))
                    .ifPresent(validator -> headers.put("If-Range", validator));
        }
        cached.ifPresent(version -> version.etag()
                .ifPresentOrElse(
                        tag -> headers.put("If-None-Match", tag),
                        () -> version.lastModified().ifPresent(time -> headers.put("If-Modified-Since", time))));
        try (Response response = http.get(headers, limit)) {
            long length = response.body().contentLength();
            switch (response.code()) {
                case 304 -> {
                    if (cached.isEmpty()) {
                        throw unexpected(response);
                    }
                    return new Result.Unchanged();
                }
                case 206 -> {
                    Matcher range = CONTENT_RANGE.matcher(HttpImage.header(response, "Content-Range"));
                    if (!resumes || !range.matches() || !copy.continuesWith(range) || !copy.isOfSameVersion(response)) {
                        copy.restart();
                        throw unexpected(response);
                    }
                }
                case 416 -> {
                    copy.restart();
                    throw unexpected(response);
                }
                default -> {
                    SourceVersion version = SourceVersion.of(
                            request.source(),
                            Optional.ofNullable(response.header("ETag")),
                            Optional.ofNullable(response.header("Last-Modified")),
                            length);
                    if (cached.filter(known -> known.isSameAs(version)).isPresent()) {
                        // The body is not read; that it is not, must not wait for its end.
                        http.cancelCall();
                        return new Result.Unchanged();
                    }
                    copy.restart();
                    copy.begin(Optional.of(version), length < 0 ? OptionalLong.empty() : OptionalLong.of(length));
                }
            }
            copy.append(response.body().byteStream());
        }
        return copy.finish();
    }

    private static PassingFailure unexpected(Response response) {
        return new PassingFailure(
                ImageException.Reason.UNREACHABLE,
                "the server answered " + response.code() + " " + ForeignText.line(response.message())
                        + " with Content-Range '" + ForeignText.line(HttpImage.header(response, "Content-Range"))
                        + "', which was not asked for",
                Optional.empty(),
                null);
    }

    /** The file that is being written, and what is known of it so far. Used by one thread. */
    private final class Copy implements AutoCloseable {
        private final Path target;
        private final CacheSpace.Reservation space;
        private final Consumer<ImageProgress> progress;
        private final FileChannel out;
        private final byte[] chunk = new byte[CHUNK];
        private Map<ImageChecksum.Algorithm, Hasher> hashers = newHashers();
        private Optional<SourceVersion> version = Optional.empty();
        private OptionalLong announced = OptionalLong.empty();
        private long done;
        private long limit = Long.MAX_VALUE;
        private @Nullable IOException broken;

        Copy(Path target, CacheSpace.Reservation space, Consumer<ImageProgress> progress) throws IOException {
            this.target = target;
            this.space = space;
            this.progress = progress;
            this.out = FileChannel.open(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        }

        /** Whether the rest can be fetched: the source has a mark of its version, or the checksum will show a mixture. */
        boolean canResume() {
            return version.filter(known -> known.etag().isPresent()
                                    || known.lastModified().isPresent())
                            .isPresent()
                    || request.checksum().isPresent();
        }

        /** Whether a range begins where this copy ends, in a file of the same length. */
        boolean continuesWith(Matcher range) {
            OptionalLong whole =
                    range.group(2).equals("*") ? announced : OptionalLong.of(Long.parseLong(range.group(2)));
            if (announced.isEmpty()) {
                announced = whole;
            }
            return Long.parseLong(range.group(1)) == done && whole.equals(announced);
        }

        /** Whether an answer does not name another version: a source may ignore {@code If-Range}. */
        boolean isOfSameVersion(Response response) {
            return !differs(version.flatMap(SourceVersion::etag), response.header("ETag"))
                    && !differs(version.flatMap(SourceVersion::lastModified), response.header("Last-Modified"));
        }

        private static boolean differs(Optional<String> known, @Nullable String answered) {
            return known.isPresent() && answered != null && !known.get().equals(answered);
        }

        void restart() throws IOException {
            out.truncate(0);
            hashers = newHashers();
            version = Optional.empty();
            announced = OptionalLong.empty();
            done = 0;
            limit = Long.MAX_VALUE;
            space.written(0);
        }

        void begin(Optional<SourceVersion> newVersion, OptionalLong length) throws IOException {
            version = newVersion;
            announced = length;
            long total = total();
            if (total > 2 * request.maxBytes() + QCOW2_OVERHEAD_BYTES && 2 * request.maxBytes() > 0) {
                // Neither a raw nor a qcow2 image for this disk is that long: no need to make room for it.
                throw tooLarge("the file", String.valueOf(total));
            }
            space.require(Math.max(0, total), Math.max(0, total));
        }

        private long total() {
            return announced.orElse(request.declaredSize().orElse(-1));
        }

        /** Appends all that the source gives. */
        void append(InputStream in) throws IOException, PassingFailure {
            broken = null;
            long total = total();
            for (int got = fill(in); got > 0; got = fill(in)) {
                if (total < 0 && done % RESERVE_STEP_BYTES < CHUNK) {
                    space.require(done + RESERVE_STEP_BYTES, done + RESERVE_STEP_BYTES);
                }
                write(got);
                if (limit == Long.MAX_VALUE && done >= CHUNK) {
                    limit = limitByContent(target, total);
                }
                if (done > limit) {
                    throw tooLarge("the file", "at least " + done);
                }
                space.written(done);
                progress.accept(new ImageProgress(ImageProgress.Stage.FETCHING, done, total));
            }
            if (done < total()) {
                throw cut("the connection to the source ended", null);
            }
        }

        private void write(int count) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(chunk, 0, count);
            while (buffer.hasRemaining()) {
                out.write(buffer);
            }
            for (Hasher hasher : hashers.values()) {
                hasher.putBytes(chunk, 0, count);
            }
            done += count;
        }

        /** Fills the chunk from the source and returns the number of bytes read; 0 at the end of the source. */
        private int fill(InputStream in) throws PassingFailure {
            int filled = 0;
            try {
                if (broken != null) {
                    throw broken;
                }
                while (filled < chunk.length) {
                    int got = in.read(chunk, filled, chunk.length - filled);
                    if (got < 0) {
                        break;
                    }
                    filled += got;
                }
                return filled;
            } catch (IOException e) {
                if (filled > 0) {
                    // What arrived is kept; the failure is reported after it.
                    broken = e;
                    return filled;
                }
                if (e instanceof InterruptedIOException) {
                    throw new PassingFailure(
                            ImageException.Reason.UNREACHABLE,
                            "the source stopped sending after " + done + " bytes (limits: "
                                    + options.silenceTimeout() + " without data, " + options.fetchTimeout()
                                    + " in all)",
                            Optional.empty(),
                            e);
                }
                throw cut("the connection to the source broke", e);
            }
        }

        private PassingFailure cut(String what, @Nullable IOException cause) {
            return new PassingFailure(
                    ImageException.Reason.TRUNCATED,
                    what + " after " + done + " bytes"
                            + (announced.isPresent() ? " of " + announced.getAsLong() : "")
                            + (cause == null ? "" : ": " + ForeignText.line(String.valueOf(cause.getMessage()))),
                    Optional.empty(),
                    cause);
        }

        Result.Fetched finish() {
            Map<ImageChecksum.Algorithm, ImageChecksum> checksums = new EnumMap<>(ImageChecksum.Algorithm.class);
            hashers.forEach((algorithm, hasher) -> checksums.put(
                    algorithm, new ImageChecksum(algorithm, hasher.hash().toString())));
            Result.Fetched fetched = new Result.Fetched(done, checksums, version);
            verify(fetched, announced);
            return fetched;
        }

        private Map<ImageChecksum.Algorithm, Hasher> newHashers() {
            Map<ImageChecksum.Algorithm, Hasher> made = new EnumMap<>(ImageChecksum.Algorithm.class);
            made.put(
                    ImageChecksum.Algorithm.SHA256,
                    ImageChecksum.Algorithm.SHA256.function().newHasher());
            request.checksum()
                    .ifPresent(wanted -> made.computeIfAbsent(
                            wanted.algorithm(),
                            algorithm -> algorithm.function().newHasher()));
            return made;
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** Checks the beginning of the image before the rest is fetched, and returns how many bytes may be fetched at most. */
    private long limitByContent(Path target, long total) throws IOException {
        long max = request.maxBytes();
        ImageFormat format;
        long limit;
        try (FileChannel start = FileChannel.open(target)) {
            format = ImageFormat.of(start);
            format.requireDeclared(request.declaredFormat(), image);
            limit = switch (format) {
                case RAW -> {
                    PartitionTable.require(start, image);
                    OtherFormat.refuse(start, image);
                    yield max;
                }
                case QCOW2 -> {
                    requireFits(Qcow2Header.read(start, image).rawBytes());
                    yield max > (Long.MAX_VALUE - QCOW2_OVERHEAD_BYTES) / 2
                            ? Long.MAX_VALUE - 1
                            : 2 * max + QCOW2_OVERHEAD_BYTES;
                }
            };
        }
        if (total > limit) {
            throw tooLarge(format == ImageFormat.RAW ? "the raw image" : "the qcow2 file", String.valueOf(total));
        }
        return limit;
    }

    private void verify(Result.Fetched fetched, OptionalLong announced) {
        long wanted = request.declaredSize().orElse(announced.orElse(fetched.bytes()));
        if (fetched.bytes() < wanted) {
            throw new ImageException(
                    ImageException.Reason.TRUNCATED,
                    image + ": " + fetched.bytes() + " bytes arrived, " + wanted + " were announced");
        }
        if (fetched.bytes() > wanted) {
            throw new ImageException(
                    ImageException.Reason.CHECKSUM_MISMATCH,
                    image + ": it has " + fetched.bytes() + " bytes, its owner declared " + wanted
                            + "; the image or the declaration was changed");
        }
        request.checksum().ifPresent(expected -> {
            ImageChecksum found = fetched.checksum(expected.algorithm());
            if (!found.equals(expected)) {
                throw new ImageException(
                        ImageException.Reason.CHECKSUM_MISMATCH,
                        image + ": its checksum is " + found + ", expected was " + expected
                                + "; the image or the checksum was changed");
            }
        });
    }

    /** Refuses a raw image that is longer than the disk. */
    void requireFits(long rawBytes) {
        if (rawBytes > request.maxBytes()) {
            throw tooLarge("the raw image", String.valueOf(rawBytes));
        }
    }

    private ImageException tooLarge(String what, String bytes) {
        return request.tooLarge(what, bytes);
    }
}
