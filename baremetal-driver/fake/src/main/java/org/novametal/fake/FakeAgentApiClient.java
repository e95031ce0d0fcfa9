package org.novametal.fake;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends one agent's requests to the API: version document, lookup, heartbeat. */
final class FakeAgentApiClient {
    private static final Logger LOG = LoggerFactory.getLogger(FakeAgentApiClient.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final MediaType JSON = MediaType.get("application/json");
    private static final String VERSION_HEADER = "X-OpenStack-Ironic-API-Version";
    /** The minor version that the agent assumes when the API does not report one. */
    private static final int OLDEST_MINOR = 31;
    /** The first minor version with tokens; lookups never send a higher one. */
    private static final int TOKEN_MINOR = 62;
    /** The first minor version with certificates; heartbeats never send a higher one. */
    private static final int CERTIFICATE_MINOR = 68;

    private final FakeAgentSettings settings;
    private final OkHttpClient http;
    /** The minor version that the API reported; absent before it has. */
    private volatile OptionalInt reported = OptionalInt.empty();

    FakeAgentApiClient(FakeAgentSettings settings, OkHttpClient http) {
        this.settings = settings;
        this.http = http;
    }

    /** A client that does not keep connections, follow redirects or retry. */
    static OkHttpClient.Builder http(Duration timeout) {
        return new OkHttpClient.Builder()
                .proxy(Proxy.NO_PROXY)
                .connectTimeout(timeout)
                .readTimeout(timeout)
                .writeTimeout(timeout)
                .retryOnConnectionFailure(false)
                .followRedirects(false)
                .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS));
    }

    /**
     * The API's minor version. Like the real agent, it is read until the API has reported it once; after a failed try the
     * agent assumes an old API for that one request.
     */
    private int minor() {
        if (reported.isPresent()) {
            return reported.getAsInt();
        }
        try (Response response = http.newCall(request("/").build()).execute()) {
            String version = MAPPER.readTree(response.body().string())
                    .path("default_version")
                    .path("version")
                    .asText();
            if (!version.matches("1\\.\\d{1,6}")) {
                throw new IOException("HTTP " + response.code() + " without default_version.version");
            }
            int minor = Integer.parseInt(version.substring(2));
            reported = OptionalInt.of(minor);
            return minor;
        } catch (IOException e) {
            LOG.warn(
                    "the API at {} does not report its version ({}); assuming 1.{}",
                    settings.apiUrl(),
                    e,
                    OLDEST_MINOR);
            return OLDEST_MINOR;
        }
    }

    /** Whether the agent is to make a certificate and serve by TLS. */
    boolean wantsTls() {
        return minor() >= CERTIFICATE_MINOR;
    }

    /** Looks the node up once; empty for every answer after which the real agent tries again. */
    Optional<JsonNode> lookup(Optional<String> nodeUuid) {
        HttpUrl.Builder url = url("/v1/lookup").addQueryParameter("addresses", String.join(",", settings.macs()));
        nodeUuid.ifPresent(uuid -> url.addQueryParameter("node_uuid", uuid));
        Request request = new Request.Builder()
                .url(url.build())
                .header("Accept", "application/json")
                .header(VERSION_HEADER, "1." + Math.min(minor(), TOKEN_MINOR))
                .build();
        try (Response response = http.newCall(request).execute()) {
            if (response.code() != 200) {
                LOG.debug("lookup of {}: HTTP {}", settings.macs(), response.code());
                return Optional.empty();
            }
            JsonNode answer = MAPPER.readTree(response.body().string());
            boolean whole = answer.path("node").path("uuid").isTextual()
                    && answer.path("config").isObject();
            return whole ? Optional.of(answer) : Optional.empty();
        } catch (JsonProcessingException e) {
            LOG.debug("lookup of {}: the answer is not JSON", settings.macs());
            return Optional.empty();
        } catch (IOException e) {
            LOG.debug("lookup of {}: {}", settings.macs(), e.toString());
            return Optional.empty();
        }
    }

    /** Sends a heartbeat; returns whether it was accepted. */
    boolean heartbeat(String node, URI callback, Optional<String> token, Optional<String> certificate) {
        int minor = minor();
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("callback_url", callback.toString());
        if (minor >= TOKEN_MINOR) {
            body.put("agent_token", token.orElse(null));
            body.put("agent_version", FakeAgentApi.AGENT_VERSION);
        }
        if (minor >= CERTIFICATE_MINOR) {
            certificate.ifPresent(pem -> body.put("agent_verify_ca", pem));
        }
        Request request = request("/v1/heartbeat/" + node)
                .header(VERSION_HEADER, "1." + Math.min(minor, CERTIFICATE_MINOR))
                .post(RequestBody.create(body.toString().getBytes(StandardCharsets.UTF_8), JSON))
                .build();
        try (Response response = http.newCall(request).execute()) {
            if (response.code() != 202) {
                LOG.debug("heartbeat of node {}: HTTP {}", node, response.code());
            }
            return response.code() == 202;
        } catch (IOException e) {
            LOG.debug("heartbeat of node {}: {}", node, e.toString());
            return false;
        }
    }

    private Request.Builder request(String path) {
        return new Request.Builder().url(url(path).build()).header("Accept", "application/json");
    }

    private HttpUrl.Builder url(String path) {
        String base = settings.apiUrl().toString();
        return HttpUrl.get((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path)
                .newBuilder();
    }
}
