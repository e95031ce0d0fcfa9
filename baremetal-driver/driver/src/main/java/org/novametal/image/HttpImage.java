package org.novametal.image;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import okhttp3.Call;
import okhttp3.Credentials;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;
import org.novametal.text.ForeignText;
import org.novametal.text.UrlText;

/**
 * An image at an HTTP source: sends one request and follows its redirects. The user and password of the URL are sent as Basic
 * credentials, and the authorization of the image's catalog, to the URL's own scheme, host and port only. One thread runs it; any thread may cancel it.
 */
final class HttpImage {
    /** Answers of servers and proxies that are starting, overloaded, or wait for others. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);

    /** Content codings that change the bytes. Others, such as {@code aws-chunked}, are labels without effect. */
    private static final Set<String> CODINGS =
            Set.of("gzip", "x-gzip", "deflate", "br", "zstd", "compress", "x-compress");

    private final URI source;
    private final String image;
    private final OkHttpClient client;
    private final int maxRedirects;
    private final Optional<CatalogAccess> catalog;
    private final AtomicReference<@Nullable Call> current = new AtomicReference<>();
    private volatile boolean cancelled;

    HttpImage(URI source, String image, OkHttpClient client, int maxRedirects, Optional<CatalogAccess> catalog) {
        this.source = source;
        this.image = image;
        this.client = client;
        this.maxRedirects = maxRedirects;
        this.catalog = catalog;
    }

    void cancel() {
        cancelled = true;
        cancelCall();
    }

    /** Ends the current call, so that closing its answer does not wait for the rest of the body. */
    void cancelCall() {
        Call call = current.get();
        if (call != null) {
            call.cancel();
        }
    }

    boolean isCancelled() {
        return cancelled;
    }

    /**
     * Sends a GET.
     *
     * @param headers header fields beside those of every request
     * @param limit how long each call may take, with its body
     * @return an answer with status 200, 206, 304 or 416, without a content coding
     * @throws PassingFailure when another try may succeed
     * @throws ImageException when it cannot
     */
    Response get(Map<String, String> headers, Duration limit) throws PassingFailure, InterruptedException {
        HttpUrl first = HttpUrl.get(source);
        // OkHttp takes the first part of a path as the host where java.net.URI sees none; the place of such a URL would
        // not
        // name the server that is asked.
        if (first == null || source.getRawAuthority() == null) {
            throw new ImageException(
                    ImageException.Reason.NOT_FOUND,
                    image + ": not a valid HTTP URL, which begins as http://HOST/ does");
        }
        HttpUrl url = first;
        for (int redirects = 0; redirects <= maxRedirects; redirects++) {
            Response response = isOwn(url, first) && catalog.isPresent()
                    ? authorized(catalog.get(), url, first, headers, limit)
                    : call(request(url, first, headers), limit);
            if (!response.isRedirect()) {
                return checked(response);
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
                image + ": more than " + maxRedirects + " redirects, the last one to "
                        + ForeignText.line(UrlText.withoutSecrets(url.uri())));
    }

    /** Sends a request to the catalog, and once more with a new authorization when it answers 401. */
    private Response authorized(
            CatalogAccess access, HttpUrl url, HttpUrl first, Map<String, String> headers, Duration limit)
            throws PassingFailure, InterruptedException {
        Map<String, String> authorization = authorization(access);
        Response response = call(request(url, first, both(headers, authorization)), limit);
        if (response.code() != 401) {
            return response;
        }
        response.close();
        access.refused(authorization);
        return call(request(url, first, both(headers, authorization(access))), limit);
    }

    private Map<String, String> authorization(CatalogAccess access) throws PassingFailure, InterruptedException {
        try {
            return access.authorization();
        } catch (ImageException e) {
            if (e.reason() == ImageException.Reason.UNREACHABLE) {
                throw new PassingFailure(e.reason(), e.getMessage(), Optional.empty(), e);
            }
            throw e;
        }
    }

    private static Map<String, String> both(Map<String, String> headers, Map<String, String> more) {
        Map<String, String> both = new HashMap<>(headers);
        both.putAll(more);
        return both;
    }

    private static boolean isOwn(HttpUrl url, HttpUrl first) {
        return url.scheme().equals(first.scheme()) && url.host().equals(first.host()) && url.port() == first.port();
    }

    private static Request request(HttpUrl url, HttpUrl first, Map<String, String> headers) {
        // Not compressed in transit, so that Content-Length is the length of the image.
        Request.Builder request = new Request.Builder().url(url).header("Accept-Encoding", "identity");
        headers.forEach(request::header);
        if (isOwn(url, first)
                && !(first.username().isEmpty() && first.password().isEmpty())) {
            request.header(
                    "Authorization", Credentials.basic(first.username(), first.password(), StandardCharsets.UTF_8));
        }
        return request.build();
    }

    private Response call(Request request, Duration limit) throws PassingFailure {
        Call call = client.newCall(request);
        call.timeout().timeout(limit.toNanos(), TimeUnit.NANOSECONDS);
        current.set(call);
        if (cancelled) {
            call.cancel();
        }
        try {
            return call.execute();
        } catch (IOException e) {
            throw new PassingFailure(
                    ImageException.Reason.UNREACHABLE,
                    "cannot be fetched from " + request.url().host() + ":"
                            + request.url().port() + ": " + ForeignText.line(String.valueOf(e.getMessage())),
                    Optional.empty(),
                    e);
        }
    }

    private Response checked(Response response) throws PassingFailure {
        int code = response.code();
        boolean good = List.of(200, 206, 304, 416).contains(code);
        String coding = header(response, "Content-Encoding").toLowerCase(Locale.ROOT);
        if (good && code != 304 && CODINGS.stream().anyMatch(List.of(coding.split("[ ,]+"))::contains)) {
            response.close();
            throw new ImageException(
                    ImageException.Reason.UNREACHABLE,
                    image + ": the server sends it with Content-Encoding: " + ForeignText.line(coding)
                            + ", though identity was requested; its bytes are not those of the image. Switch the"
                            + " compression of this server off for images");
        }
        if (good) {
            return response;
        }
        String answer = "the server answered " + code + " " + ForeignText.line(response.message());
        try (response) {
            if (PASSING.contains(code)) {
                throw new PassingFailure(ImageException.Reason.UNREACHABLE, answer, retryAfter(response), null);
            }
            ImageException.Reason reason = switch (code) {
                case 401 ->
                    catalog.isPresent() ? ImageException.Reason.NOT_AUTHORIZED : ImageException.Reason.NOT_FOUND;
                case 403, 404, 410 -> ImageException.Reason.NOT_FOUND;
                default -> ImageException.Reason.UNREACHABLE;
            };
            throw new ImageException(reason, image + ": " + answer);
        }
    }

    /**
     * Refuses an answer with a negative length, whose body OkHttp can neither read nor close: an interceptor of the network.
     *
     * @throws IOException when an answer has one
     */
    static Response requireLength(Interceptor.Chain chain) throws IOException {
        Response response = chain.proceed(chain.request());
        String length = header(response, "Content-Length").strip();
        if (length.startsWith("-")) {
            throw new IOException("the server answered " + response.code() + " with Content-Length: "
                    + ForeignText.line(length) + ", which is no length");
        }
        return response;
    }

    /** The value of a header field; empty when the answer has none. */
    static String header(Response response, String name) {
        return Objects.requireNonNullElse(response.header(name), "");
    }

    /** The delay that the server requires: seconds or a date (RFC 9110 §10.2.3), by the server's own clock. */
    private static Optional<Duration> retryAfter(Response response) {
        String value = header(response, "Retry-After").strip();
        if (value.matches("[0-9]{1,9}")) {
            return Optional.of(Duration.ofSeconds(Long.parseLong(value)));
        }
        String date = header(response, "Date");
        try {
            Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            Instant now = ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
            return Optional.of(Duration.between(now, until)).filter(Duration::isPositive);
        } catch (DateTimeException e) {
            // No delay that can be read: the usual one applies.
            return Optional.empty();
        }
    }

    /** A failure after which another try may succeed. The message does not name the image. */
    static final class PassingFailure extends Exception {
        private static final long serialVersionUID = 1L;
        private final ImageException.Reason reason;
        private final transient Optional<Duration> retryAfter;

        PassingFailure(
                ImageException.Reason reason,
                String message,
                Optional<Duration> retryAfter,
                @Nullable Throwable cause) {
            super(message, cause);
            this.reason = reason;
            this.retryAfter = retryAfter;
        }

        /** The reason to report when no try succeeds. */
        ImageException.Reason reason() {
            return reason;
        }

        /** The delay that the source requires before the next try. */
        Optional<Duration> retryAfter() {
            return retryAfter;
        }
    }
}
