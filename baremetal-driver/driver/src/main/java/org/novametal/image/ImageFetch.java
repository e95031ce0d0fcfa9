package org.novametal.image;

import com.google.common.hash.Hasher;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.novametal.text.ForeignText;

/**
 * Copies the bytes of one image from its source to a file, hashing them on the way, and stops as soon as they cannot match
 * the request. One thread runs it; any thread may cancel it.
 */
final class ImageFetch {
    /** Enough to hold a partition table or a qcow2 header with its extensions. */
    private static final int CHUNK = 128 << 10;

    private static final long QCOW2_OVERHEAD_BYTES = 64L << 20;

    private final ImageRequest request;
    private final String image;
    private final OkHttpClient client;
    private final ImageOptions options;
    private final AtomicReference<@Nullable Call> current = new AtomicReference<>();
    private volatile boolean cancelled;

    ImageFetch(ImageRequest request, OkHttpClient client, ImageOptions options) {
        this.request = request;
        this.image = "image " + request.sourceForMessages();
        this.client = client;
        this.options = options;
    }

    /** The number of fetched bytes, and their digests, which always include SHA-256. */
    record Fetched(long bytes, Map<ImageChecksum.Algorithm, ImageChecksum> checksums) {
        ImageChecksum checksum(ImageChecksum.Algorithm algorithm) {
            ImageChecksum checksum = checksums.get(algorithm);
            if (checksum == null) {
                throw new IllegalStateException("no " + algorithm.label() + " digest was made");
            }
            return checksum;
        }
    }

    /** Cancels a running fetch, which then fails soon with one of its exceptions. */
    void cancel() {
        cancelled = true;
        Call call = current.get();
        if (call != null) {
            call.cancel();
        }
    }

    /** Fetches into {@code target}, which must not exist, and verifies length and checksum. */
    Fetched run(Path target, Consumer<ImageProgress> progress) throws IOException {
        String scheme = String.valueOf(request.source().getScheme()).toLowerCase(Locale.ROOT);
        return switch (scheme) {
            case "file" -> {
                Path file = ImageFolders.requireAllowed(request, options.imageFolders());
                long length;
                InputStream in;
                try {
                    length = Files.size(file);
                    in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS);
                } catch (IOException e) {
                    throw new ImageException(
                            ImageException.Reason.NOT_FOUND, image + ": cannot be read: " + e.getMessage(), e);
                }
                try (in) {
                    yield copy(in, OptionalLong.of(length), target, progress);
                }
            }
            case "http", "https" -> {
                try (Response response = open()) {
                    long length = response.body().contentLength();
                    yield copy(
                            response.body().byteStream(),
                            length < 0 ? OptionalLong.empty() : OptionalLong.of(length),
                            target,
                            progress);
                }
            }
            default ->
                throw new ImageException(
                        ImageException.Reason.NOT_FOUND,
                        image + ": images come from http, https and file, not from '" + scheme + "'");
        };
    }

    private Response open() {
        HttpUrl url = HttpUrl.get(request.source());
        if (url == null) {
            throw new ImageException(ImageException.Reason.NOT_FOUND, image + ": not a valid HTTP URL");
        }
        for (int redirects = 0; redirects <= options.maxRedirects(); redirects++) {
            // Not compressed in transit, so that Content-Length is the length of the image.
            Call call = client.newCall(new Request.Builder()
                    .url(url)
                    .header("Accept-Encoding", "identity")
                    .build());
            current.set(call);
            if (cancelled) {
                call.cancel();
            }
            Response response;
            try {
                response = call.execute();
            } catch (IOException e) {
                throw new ImageException(
                        ImageException.Reason.UNREACHABLE,
                        image + ": cannot be fetched from " + url.host() + ":" + url.port() + ": " + e.getMessage(),
                        e);
            }
            if (!response.isRedirect()) {
                return requireOk(response);
            }
            HttpUrl next;
            try (response) {
                String location = response.header("Location");
                next = location == null ? null : url.resolve(location);
            }
            if (next == null || (url.isHttps() && !next.isHttps())) {
                throw new ImageException(
                        ImageException.Reason.UNREACHABLE,
                        image + ": answered " + response.code()
                                + (next == null ? " without a usable Location" : ", a redirect from https to http"));
            }
            url = next;
        }
        throw new ImageException(
                ImageException.Reason.UNREACHABLE,
                image + ": more than " + options.maxRedirects() + " redirects, the last one to "
                        + ImageRequest.withoutSecrets(url.uri()));
    }

    private Response requireOk(Response response) {
        if (response.code() == 200) {
            return response;
        }
        try (response) {
            ImageException.Reason reason = switch (response.code()) {
                case 401, 403, 404, 410 -> ImageException.Reason.NOT_FOUND;
                default -> ImageException.Reason.UNREACHABLE;
            };
            throw new ImageException(
                    reason,
                    image + ": the server answered " + response.code() + " " + ForeignText.line(response.message()));
        }
    }

    private Fetched copy(InputStream in, OptionalLong announced, Path target, Consumer<ImageProgress> progress)
            throws IOException {
        long total = announced.orElse(request.declaredSize().orElse(-1));
        requireSpace(total, target);
        Map<ImageChecksum.Algorithm, Hasher> hashers = new EnumMap<>(ImageChecksum.Algorithm.class);
        hashers.put(
                ImageChecksum.Algorithm.SHA256,
                ImageChecksum.Algorithm.SHA256.function().newHasher());
        request.checksum()
                .ifPresent(wanted -> hashers.computeIfAbsent(
                        wanted.algorithm(), algorithm -> algorithm.function().newHasher()));
        byte[] chunk = new byte[CHUNK];
        long done = 0;
        long limit = Long.MAX_VALUE;
        try (OutputStream out = Files.newOutputStream(target)) {
            for (int got = next(in, chunk, done, announced); got > 0; got = next(in, chunk, done, announced)) {
                out.write(chunk, 0, got);
                for (Hasher hasher : hashers.values()) {
                    hasher.putBytes(chunk, 0, got);
                }
                if (done == 0 && got == CHUNK) {
                    limit = limitByContent(target, total);
                }
                done += got;
                if (done > limit) {
                    throw tooLarge("at least " + done);
                }
                progress.accept(new ImageProgress(ImageProgress.Stage.FETCHING, done, total));
            }
        }
        Map<ImageChecksum.Algorithm, ImageChecksum> checksums = new EnumMap<>(ImageChecksum.Algorithm.class);
        hashers.forEach((algorithm, hasher) -> checksums.put(
                algorithm, new ImageChecksum(algorithm, hasher.hash().toString())));
        Fetched fetched = new Fetched(done, checksums);
        verify(fetched, announced);
        return fetched;
    }

    /** Fills the chunk from the source and returns the number of bytes read; 0 at the end of the source. */
    private int next(InputStream in, byte[] chunk, long done, OptionalLong announced) {
        try {
            return in.readNBytes(chunk, 0, chunk.length);
        } catch (InterruptedIOException e) {
            throw new ImageException(
                    ImageException.Reason.UNREACHABLE,
                    image + ": the source stopped sending after about " + done + " bytes (limits: "
                            + options.silenceTimeout() + " without data, " + options.fetchTimeout() + " in all)",
                    e);
        } catch (IOException e) {
            throw new ImageException(
                    ImageException.Reason.TRUNCATED,
                    image + ": the connection to the source broke after about " + done + " bytes"
                            + (announced.isPresent() ? " of " + announced.getAsLong() : "") + ": " + e.getMessage(),
                    e);
        }
    }

    /** Checks the beginning of the image before the rest is fetched, and returns how many bytes may be fetched at most. */
    private long limitByContent(Path target, long total) throws IOException {
        long max = request.maxBytes();
        long limit;
        try (FileChannel start = FileChannel.open(target)) {
            ImageFormat format = ImageFormat.of(start);
            format.requireDeclared(request.declaredFormat(), image);
            limit = switch (format) {
                case RAW -> {
                    PartitionTable.require(start, image);
                    yield max;
                }
                case QCOW2 -> {
                    requireFits(Qcow2Header.read(start, image).rawBytes());
                    yield max > (Long.MAX_VALUE - QCOW2_OVERHEAD_BYTES) / 2
                            ? Long.MAX_VALUE
                            : 2 * max + QCOW2_OVERHEAD_BYTES;
                }
            };
        }
        if (total > limit) {
            throw tooLarge(String.valueOf(total));
        }
        return limit;
    }

    private void verify(Fetched fetched, OptionalLong announced) {
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
            throw tooLarge(String.valueOf(rawBytes));
        }
    }

    private ImageException tooLarge(String rawBytes) {
        return new ImageException(
                ImageException.Reason.TOO_LARGE,
                image + ": larger than the disk: the raw image has " + rawBytes + " bytes, the disk has "
                        + request.maxBytes());
    }

    private void requireSpace(long bytes, Path target) throws IOException {
        long usable = Files.getFileStore(target.toAbsolutePath().getParent()).getUsableSpace();
        if (bytes > usable) {
            throw new ImageException(
                    ImageException.Reason.NO_SPACE,
                    image + ": it has " + bytes + " bytes, " + options.cacheFolder() + " has room for " + usable
                            + "; make room there");
        }
    }
}
