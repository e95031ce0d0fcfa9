package org.novametal.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small Keystone and a small Glance on one loopback port: tokens that expire or are revoked, a catalog with regions and
 * interfaces, images with bytes. It answers in the forms of the real ones, and keeps to their rules for tokens: no answer
 * without one, 401 for one that has ended.
 *
 * <p>Keystone is at {@code /v3}, the Glance of a region at {@code /REGION/v2}; interface {@code admin} of the catalog
 * has no server. Thread-safe. Sources: Identity API v3; Image API v2.
 */
public final class FakeGlance implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FakeGlance.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int SMALL_BYTES = 1 << 20;
    private static final Duration LONGEST_HOLD = Duration.ofSeconds(30);
    private static final Pattern IMAGE = Pattern.compile("/([^/]+)/v2/images/([^/]+)(/file)?");
    private static final Pattern SCHEMA = Pattern.compile("/[^/]+/v2/schemas/image");
    private static final Pattern RANGE = Pattern.compile("bytes=([0-9]{1,18})-");

    private final FakeGlanceSettings settings;
    private final FakeHttpServer server;
    private final Map<String, Long> tokens = new ConcurrentHashMap<>();
    private final Map<String, StoredImage> images = new ConcurrentHashMap<>();
    private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();

    /**
     * A request that came.
     *
     * @param method the method
     * @param path the path
     * @param token the token, or an empty text
     * @param range the header field {@code Range}, or an empty text
     * @param status the answer's status
     */
    public record Seen(String method, String path, String token, String range, int status) {
        /** Leaves out the token. */
        @Override
        public String toString() {
            return method + " " + path + " " + status;
        }
    }

    private record StoredImage(ObjectNode metadata, ByteBuffer bytes) {}

    private sealed interface Fault {
        Pattern path();

        record Status(Pattern path, int status) implements Fault {}

        record Cut(Pattern path, long bytes) implements Fault {}

        record Redirect(Pattern path, URI location) implements Fault {}

        record Held(Pattern path, CountDownLatch gate) implements Fault {}
    }

    private FakeGlance(FakeGlanceSettings settings) {
        this.settings = settings;
        this.server = FakeHttpServer.startRaw(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), settings.port()), this::serve);
    }

    /**
     * Starts both services.
     *
     * @throws UncheckedIOException when the port is taken
     */
    public static FakeGlance start(FakeGlanceSettings settings) {
        return new FakeGlance(settings);
    }

    /**
     * The program: starts both services, prints their addresses and credentials as one line of JSON, and runs until it is
     * ended. Arguments: {@code --port P} (default: any), {@code --any-image} to answer every id with a small raw image.
     */
    public static void main(String[] arguments) throws InterruptedException {
        FakeGlanceSettings settings = FakeGlanceSettings.DEFAULTS;
        for (int i = 0; i < arguments.length; i++) {
            if (arguments[i].equals("--any-image")) {
                settings = settings.withUnknownImages(FakeGlanceSettings.UnknownImages.SMALL_RAW);
            } else if (arguments[i].equals("--port")
                    && i + 1 < arguments.length
                    && arguments[i + 1].matches("[0-9]{1,5}")) {
                settings = settings.withPort(Integer.parseInt(arguments[++i]));
            } else {
                System.err.println("usage: FakeGlance [--port P] [--any-image]");
                System.exit(2);
            }
        }
        FakeGlance glance = start(settings);
        Runtime.getRuntime().addShutdownHook(new Thread(glance::close, "close"));
        System.out.println(glance.summary());
        System.out.flush();
        new CountDownLatch(1).await();
    }

    private String summary() {
        ObjectNode line = JSON.createObjectNode();
        line.put("auth_url", authUrl().toString());
        line.put("image_url", imageUrl(settings.regions().getFirst()).toString());
        line.put("username", settings.user());
        line.put("password", settings.password());
        line.put("project_name", settings.project());
        line.put("user_domain_name", "Default");
        line.put("project_domain_name", "Default");
        line.put("application_credential_id", settings.applicationCredential());
        line.put("application_credential_secret", settings.applicationCredentialSecret());
        return line.toString();
    }

    /** Keystone's URL, which ends in {@code /v3}. */
    public URI authUrl() {
        return URI.create(server.baseUri() + "/v3");
    }

    /** The URL of the Glance of a region. */
    public URI imageUrl(String region) {
        return URI.create(server.baseUri() + "/" + region);
    }

    /** Puts a raw image with a SHA-512 into the first region. */
    public void put(String id, byte[] bytes) {
        put(settings.regions().getFirst(), id, bytes, Map.of());
    }

    /**
     * Puts an image.
     *
     * @param fields fields that replace those of an active, bare, raw image; JSON texts such as {@code "qcow2"} with quotes,
     *     {@code null} or {@code 5}
     */
    public void put(String region, String id, byte[] bytes, Map<String, String> fields) {
        ObjectNode metadata = metadata(id, bytes);
        fields.forEach((name, value) -> metadata.set(name, json(value)));
        images.put(region + "/" + id, new StoredImage(metadata, ByteBuffer.wrap(bytes.clone())));
    }

    /** Revokes all tokens. */
    public void revokeTokens() {
        tokens.clear();
    }

    /** The next request with a path that matches is answered with a status. */
    public void answerOnce(String path, int status) {
        faults.add(new Fault.Status(Pattern.compile(path), status));
    }

    /** The next answer with a path that matches breaks off after some bytes of its body. */
    public void cutOnce(String path, long bytes) {
        faults.add(new Fault.Cut(Pattern.compile(path), bytes));
    }

    /** The next request with a path that matches is redirected. */
    public void redirectOnce(String path, URI location) {
        faults.add(new Fault.Redirect(Pattern.compile(path), location));
    }

    /** The next request with a path that matches is answered when the gate opens, or after half a minute. */
    public void holdOnce(String path, CountDownLatch gate) {
        faults.add(new Fault.Held(Pattern.compile(path), gate));
    }

    /** The requests that were answered, oldest first. */
    public List<Seen> requests() {
        return List.copyOf(seen);
    }

    /** How many requests with a path that matches were answered with a status. */
    public long count(String path, int status) {
        Pattern pattern = Pattern.compile(path);
        return seen.stream()
                .filter(one ->
                        one.status() == status && pattern.matcher(one.path()).matches())
                .count();
    }

    /** A raw image with a partition table; its content depends on the seed alone. */
    public static byte[] rawImage(int bytes, long seed) {
        byte[] disk = new byte[bytes];
        new Random(seed).nextBytes(disk);
        ByteBuffer mbr = ByteBuffer.wrap(disk).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 512; i++) {
            mbr.put(i, (byte) 0);
        }
        mbr.putInt(440, (int) seed);
        // One bootable Linux partition from sector 1 to the end.
        mbr.put(446, (byte) 0x80).put(450, (byte) 0x83).putInt(454, 1).putInt(458, bytes / 512 - 1);
        mbr.putShort(510, (short) 0xAA55);
        return disk;
    }

    /** Stops listening and closes all connections. Returns within a limit; idempotent. */
    @Override
    public void close() {
        server.close();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(MAX_BODY_BYTES);
            String path = exchange.getRequestURI().getPath();
            Optional<Fault> fault = takeFault(path);
            if (fault.isEmpty()) {
                answer(exchange, path, body, Long.MAX_VALUE);
                return;
            }
            switch (fault.get()) {
                case Fault.Status status -> error(exchange, status.status(), "fault of the fake");
                case Fault.Redirect redirect -> {
                    exchange.getResponseHeaders()
                            .set("Location", redirect.location().toString());
                    error(exchange, 302, "fault of the fake");
                }
                case Fault.Cut cut -> answer(exchange, path, body, cut.bytes());
                case Fault.Held held -> {
                    awaitGate(held.gate());
                    answer(exchange, path, body, Long.MAX_VALUE);
                }
            }
        }
    }

    private static void awaitGate(CountDownLatch gate) {
        try {
            if (!gate.await(LONGEST_HOLD.toSeconds(), TimeUnit.SECONDS)) {
                LOG.warn("a held answer was not released within {}", LONGEST_HOLD);
            }
        } catch (InterruptedException e) {
            // The server is closing; the answer that follows gets nowhere.
            Thread.currentThread().interrupt();
        }
    }

    private Optional<Fault> takeFault(String path) {
        for (Fault fault : List.copyOf(faults)) {
            if (fault.path().matcher(path).matches() && faults.remove(fault)) {
                return Optional.of(fault);
            }
        }
        return Optional.empty();
    }

    private void answer(HttpExchange exchange, String path, byte[] body, long cutAt) throws IOException {
        if (path.equals("/v3/auth/tokens") && exchange.getRequestMethod().equals("POST")) {
            issue(exchange, body);
            return;
        }
        if (SCHEMA.matcher(path).matches()) {
            // OpenStack's own client reads it before an image.
            send(
                    exchange,
                    200,
                    "{\"name\": \"image\", \"properties\": {}, \"additionalProperties\": {}, \"links\": []}");
            return;
        }
        Matcher image = IMAGE.matcher(path);
        if (!image.matches() || !exchange.getRequestMethod().equals("GET")) {
            error(exchange, 404, "The resource could not be found.");
        } else if (!isValid(exchange.getRequestHeaders().getFirst("X-Auth-Token"))) {
            error(exchange, 401, "The request you have made requires authentication.");
        } else {
            StoredImage stored = stored(image.group(1), image.group(2));
            if (stored == null) {
                error(exchange, 404, "No image found with ID " + image.group(2));
            } else if (image.group(3) == null) {
                send(exchange, 200, stored.metadata().toString());
            } else if (stored.metadata().path("status").asText().equals("deactivated")) {
                error(exchange, 403, "The requested image has been deactivated.");
            } else {
                sendBytes(exchange, stored.bytes().duplicate(), cutAt);
            }
        }
    }

    private @Nullable StoredImage stored(String region, String id) {
        StoredImage stored = images.get(region + "/" + id);
        if (stored != null || settings.unknownImages() == FakeGlanceSettings.UnknownImages.NOT_FOUND) {
            return stored;
        }
        byte[] bytes = rawImage(SMALL_BYTES, 1);
        return new StoredImage(metadata(id, bytes), ByteBuffer.wrap(bytes));
    }

    // ---- Keystone

    private void issue(HttpExchange exchange, byte[] body) throws IOException {
        JsonNode auth;
        try {
            auth = JSON.readTree(body).path("auth");
        } catch (JsonProcessingException e) {
            error(exchange, 400, "Expecting to find valid JSON");
            return;
        }
        if (!isKnown(auth)) {
            error(exchange, 401, "The request you have made requires authentication.");
            return;
        }
        String token = "gAAAA" + UUID.randomUUID();
        tokens.put(token, settings.nanoTime().getAsLong() + settings.tokenLife().toNanos());
        exchange.getResponseHeaders().set("X-Subject-Token", token);
        Instant now = Instant.now();
        ObjectNode answer = JSON.createObjectNode();
        ObjectNode json = answer.putObject("token");
        json.set("methods", auth.path("identity").path("methods"));
        json.put("issued_at", now.toString());
        json.put("expires_at", now.plus(settings.tokenLife()).toString());
        json.set("catalog", catalog());
        send(exchange, 201, answer.toString());
    }

    private boolean isKnown(JsonNode auth) {
        JsonNode identity = auth.path("identity");
        return switch (identity.path("methods").path(0).asText()) {
            case "password" -> {
                JsonNode user = identity.path("password").path("user");
                JsonNode project = auth.path("scope").path("project");
                yield user.path("name").asText().equals(settings.user())
                        && isDefault(user.path("domain"))
                        && user.path("password").asText().equals(settings.password())
                        && project.path("name").asText().equals(settings.project())
                        && isDefault(project.path("domain"));
            }
            case "application_credential" -> {
                JsonNode credential = identity.path("application_credential");
                boolean byName = credential.path("name").asText().equals(settings.applicationCredential())
                        && credential.path("user").path("name").asText().equals(settings.user())
                        && isDefault(credential.path("user").path("domain"));
                // As the real one does: such a token cannot have another scope.
                yield auth.path("scope").isMissingNode()
                        && credential.path("secret").asText().equals(settings.applicationCredentialSecret())
                        && (byName || credential.path("id").asText().equals(settings.applicationCredential()));
            }
            default -> false;
        };
    }

    private static boolean isDefault(JsonNode domain) {
        return domain.path("name").asText().equals("Default")
                || domain.path("id").asText().equals("default");
    }

    private boolean isValid(@Nullable String token) {
        Long end = token == null ? null : tokens.get(token);
        return end != null && settings.nanoTime().getAsLong() - end < 0;
    }

    private ArrayNode catalog() {
        ArrayNode catalog = JSON.createArrayNode();
        ObjectNode identity = catalog.addObject().put("type", "identity").put("name", "keystone");
        ArrayNode keystones = identity.putArray("endpoints");
        ObjectNode glance = catalog.addObject().put("type", "image").put("name", "glance");
        ArrayNode endpoints = glance.putArray("endpoints");
        for (String region : settings.regions()) {
            endpoint(keystones, region, "public", authUrl());
            endpoint(endpoints, region, "admin", URI.create("http://127.0.0.1:1"));
            endpoint(endpoints, region, "public", imageUrl(region));
            endpoint(endpoints, region, "internal", imageUrl(region));
        }
        return catalog;
    }

    private static void endpoint(ArrayNode endpoints, String region, String kind, URI url) {
        endpoints
                .addObject()
                .put("id", UUID.randomUUID().toString())
                .put("interface", kind)
                .put("region", region)
                .put("region_id", region)
                .put("url", url.toString());
    }

    // ---- Glance

    private static ObjectNode metadata(String id, byte[] bytes) {
        ObjectNode image = JSON.createObjectNode();
        image.put("id", id);
        image.put("name", "image-" + id);
        image.put("status", "active");
        image.put("disk_format", "raw");
        image.put("container_format", "bare");
        image.put("size", bytes.length);
        image.putNull("virtual_size");
        image.put("checksum", digest("MD5", bytes));
        image.put("os_hash_algo", "sha512");
        image.put("os_hash_value", digest("SHA-512", bytes));
        image.put("os_hidden", false);
        image.put("protected", false);
        image.put("min_disk", 0);
        image.put("min_ram", 0);
        image.put("visibility", "public");
        image.put("owner", "84ffe7aceda34f148fc58bfa09b090ad");
        image.putArray("tags");
        image.put("created_at", "2026-11-21T03:10:11Z");
        image.put("updated_at", "2026-11-21T03:10:11Z");
        image.put("self", "/v2/images/" + id);
        image.put("file", "/v2/images/" + id + "/file");
        image.put("schema", "/v2/schemas/image");
        return image;
    }

    private void sendBytes(HttpExchange exchange, ByteBuffer bytes, long cutAt) throws IOException {
        int status = 200;
        long length = bytes.remaining();
        String range = exchange.getRequestHeaders().getFirst("Range");
        Matcher from = RANGE.matcher(range == null ? "" : range);
        if (from.matches() && Long.parseLong(from.group(1)) < length) {
            status = 206;
            bytes.position((int) Long.parseLong(from.group(1)));
            exchange.getResponseHeaders()
                    .set("Content-Range", "bytes " + from.group(1) + "-" + (length - 1) + "/" + length);
        }
        byte[] part = new byte[bytes.remaining()];
        bytes.get(part);
        exchange.getResponseHeaders().set("Content-Type", "application/octet-stream");
        remember(exchange, status);
        exchange.sendResponseHeaders(status, part.length == 0 ? -1 : part.length);
        int sent = (int) Math.min(part.length, cutAt);
        OutputStream out = exchange.getResponseBody();
        out.write(part, 0, sent);
        out.flush();
        if (sent == part.length) {
            out.close();
        }
    }

    private void error(HttpExchange exchange, int status, String message) throws IOException {
        ObjectNode answer = JSON.createObjectNode();
        answer.putObject("error").put("code", status).put("message", message);
        send(exchange, status, answer.toString());
    }

    private void send(HttpExchange exchange, int status, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        remember(exchange, status);
        exchange.sendResponseHeaders(status, bytes.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(bytes);
        }
    }

    private void remember(HttpExchange exchange, int status) {
        String token = exchange.getRequestHeaders().getFirst("X-Auth-Token");
        String range = exchange.getRequestHeaders().getFirst("Range");
        seen.add(new Seen(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getPath(),
                token == null ? "" : token,
                range == null ? "" : range,
                status));
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("'" + text + "' is not JSON", e);
        }
    }

    private static String digest(String algorithm, byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java lacks " + algorithm, e);
        }
    }
}
