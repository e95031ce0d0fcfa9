package org.novametal.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;

/** Downloads a raw image, and hashes it while it is written to the disk, as the real agent does when it streams. */
final class FakeImageWriter {
    static final String DEVICE = "/dev/vda";
    private static final Pattern SIZE = Pattern.compile("\\s*(>=|>|<=|<|==|=|)\\s*(\\d{1,9})\\s*");
    private static final int CHUNK_BYTES = 256 << 10;

    private final FakeAgentSettings settings;
    private final FakeAgentHost host;
    private final OkHttpClient http;

    FakeImageWriter(FakeAgentSettings settings, FakeAgentHost host, OkHttpClient http) {
        this.settings = settings;
        this.host = host;
        this.http = http;
    }

    /** Makes the checks that the real agent makes before a download. */
    static void validate(JsonNode image) throws FakeAgentFailure {
        if (!image.path("id").isTextual()) {
            throw FakeAgentFailure.invalidParameters("Image is missing 'id' field.");
        }
        JsonNode urls = image.path("urls");
        if (!urls.isArray() || urls.isEmpty()) {
            throw FakeAgentFailure.invalidParameters("Image 'urls' must be a list with at least one element.");
        }
        boolean hash = image.path("os_hash_algo").isTextual()
                && image.path("os_hash_value").isTextual();
        if (!hash && algorithmOf(image.path("checksum").asText("")).isEmpty()) {
            throw FakeAgentFailure.invalidParameters("Image checksum is not available, either the 'checksum' field or "
                    + "the 'os_hash_algo' and 'os_hash_value' fields pair must be set for image verification.");
        }
    }

    /**
     * Writes an image and returns the disk identifier of its MBR.
     *
     * @return the identifier, such as {@code 0x044d3a69}; all zeros without an MBR
     */
    String write(JsonNode image, JsonNode node, FakePause pause) throws FakeAgentFailure, InterruptedException {
        validate(image);
        String id = image.path("id").asText();
        if (!image.path("disk_format").asText().equals("raw")) {
            throw FakeAgentFailure.invalidImage("this fake agent writes raw images only, not "
                    + image.path("disk_format").asText("nothing"));
        }
        checkRootDevice(node);
        for (int attempt = 1; ; attempt++) {
            try {
                long length = download(image, id);
                String rootUuid = rootUuid();
                host.imageWritten(length);
                return rootUuid;
            } catch (Again again) {
                if (attempt >= settings.downloadAttempts()) {
                    throw again.failure;
                }
                pause.pause(settings.downloadPause());
            }
        }
    }

    /** A failure after which the real agent tries again. */
    private static final class Again extends Exception {
        private static final long serialVersionUID = 1L;
        private final FakeAgentFailure failure;

        Again(FakeAgentFailure failure) {
            super(failure);
            this.failure = failure;
        }
    }

    private long download(JsonNode image, String id) throws FakeAgentFailure, Again {
        boolean paired = image.path("os_hash_algo").isTextual()
                && image.path("os_hash_value").isTextual();
        String expected = image.path(paired ? "os_hash_value" : "checksum").asText();
        String algorithm = paired ? image.path("os_hash_algo").asText() : algorithmOf(expected);
        MessageDigest digest = digest(id, algorithm);
        Iterator<JsonNode> urls = image.path("urls").iterator();
        while (true) {
            String url = urls.next().asText();
            try {
                long length = stream(url, id, digest);
                String computed = HexFormat.of().formatHex(digest.digest());
                if (!computed.equals(expected)) {
                    throw new Again(FakeAgentFailure.checksum(id, DEVICE, expected, computed));
                }
                return length;
            } catch (FakeAgentFailure | Again e) {
                if (!urls.hasNext()) {
                    throw e;
                }
                digest.reset();
            }
        }
    }

    private long stream(String url, String id, MessageDigest digest) throws FakeAgentFailure, Again {
        try (Response response = http.newCall(new Request.Builder()
                        .url(url)
                        .header("Accept-Encoding", "identity")
                        .build())
                .execute()) {
            BufferedSource body = response.body().source();
            if (response.code() != 200) {
                body.request(2000);
                String refused = "Received status code " + response.code() + " from " + url
                        + ", expected 200. Response body: "
                        + body.getBuffer().clone().readUtf8() + " Response headers: "
                        + PythonText.repr(headers(response));
                if (response.code() < 500) {
                    throw FakeAgentFailure.downloadFatal(id, refused);
                }
                throw new Again(FakeAgentFailure.download(id, "URL: " + url + ". Error: " + refused));
            }
            return copy(body, id, digest);
        } catch (IllegalArgumentException e) {
            throw FakeAgentFailure.downloadFatal(id, "URL: " + url + ". Error: " + e.getMessage());
        } catch (IOException e) {
            throw new Again(FakeAgentFailure.download(id, "URL: " + url + ". Error: " + e));
        }
    }

    private static ObjectNode headers(Response response) {
        ObjectNode headers = JsonNodeFactory.instance.objectNode();
        response.headers().forEach(header -> headers.put(header.getFirst(), header.getSecond()));
        return headers;
    }

    private long copy(BufferedSource body, String id, MessageDigest digest) throws IOException, Again {
        byte[] chunk = new byte[CHUNK_BYTES];
        long position = 0;
        for (int read = body.read(chunk); read >= 0; read = body.read(chunk)) {
            digest.update(chunk, 0, read);
            int fits = (int) Math.min(read, host.disk().length() - position);
            host.disk().write(ByteBuffer.wrap(chunk, 0, fits), position);
            position += fits;
            if (fits < read) {
                throw new Again(FakeAgentFailure.download(
                        id,
                        "Unable to write image to device " + DEVICE + ". Error: [Errno 28] No space left on device"));
            }
        }
        host.disk().sync();
        return position;
    }

    private static MessageDigest digest(String id, String algorithm) throws FakeAgentFailure {
        String name = switch (algorithm) {
            case "sha256" -> "SHA-256";
            case "sha384" -> "SHA-384";
            case "sha512" -> "SHA-512";
            default -> throw FakeAgentFailure.unknownAlgorithm(id, algorithm);
        };
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java lacks " + name, e);
        }
    }

    /** The algorithm that the length of a checksum implies; empty for MD5, which is disabled. */
    private static String algorithmOf(String checksum) {
        return switch (checksum.length()) {
            case 64 -> "sha256";
            case 96 -> "sha384";
            case 128 -> "sha512";
            default -> "";
        };
    }

    private String rootUuid() throws FakeAgentFailure {
        ByteBuffer head = ByteBuffer.allocate(512).order(ByteOrder.LITTLE_ENDIAN);
        byte[] gpt = new byte[8];
        try {
            host.disk().read(head, 0);
            if (host.disk().length() >= 1024) {
                host.disk().read(ByteBuffer.wrap(gpt), 512);
            }
        } catch (EOFException e) {
            throw FakeAgentFailure.deployment("the disk cannot be read: " + e.getMessage());
        } catch (IOException e) {
            throw FakeAgentFailure.deployment("the disk cannot be read: " + e);
        }
        boolean mbr = head.getShort(510) == (short) 0xAA55;
        if (!mbr && !new String(gpt, StandardCharsets.US_ASCII).equals("EFI PART")) {
            throw FakeAgentFailure.deployment(
                    "Unable to find a valid partition table on the disk after writing the image. "
                            + "The image may be corrupted or it uses a different sector size than the device. Error: "
                            + DEVICE + ": unrecognised disk label");
        }
        return mbr ? String.format("0x%08x", head.getInt(440)) : "0x00000000";
    }

    private void checkRootDevice(JsonNode node) throws FakeAgentFailure {
        JsonNode hints = node.path("properties").path("root_device");
        if (!hints.isObject() || hints.isEmpty()) {
            if (host.disk().length() < settings.minimumDiskBytes()) {
                throw FakeAgentFailure.noDevice(
                        "No suitable device was found for deployment - root device hints were not "
                                + "provided and all found block devices are smaller than " + settings.minimumDiskBytes()
                                + "B.");
            }
            return;
        }
        for (Map.Entry<String, JsonNode> hint : hints.properties()) {
            String value = hint.getValue().asText();
            boolean met = switch (hint.getKey()) {
                case "name" -> value.equals(DEVICE);
                case "serial" -> value.equalsIgnoreCase(settings.diskSerial());
                case "size" -> sizeMet(value);
                default -> false;
            };
            if (!met) {
                throw FakeAgentFailure.noDevice(
                        "No suitable device was found for deployment using these hints " + PythonText.repr(hints));
            }
        }
    }

    /** A size hint: an operator and a number of GiB; no operator means equal. */
    private boolean sizeMet(String hint) {
        Matcher matcher = SIZE.matcher(hint);
        if (!matcher.matches()) {
            return false;
        }
        long wanted = Long.parseLong(matcher.group(2));
        long gib = host.disk().length() >> 30;
        return switch (matcher.group(1)) {
            case ">=" -> gib >= wanted;
            case ">" -> gib > wanted;
            case "<=" -> gib <= wanted;
            case "<" -> gib < wanted;
            default -> gib == wanted;
        };
    }
}
