package org.novametal.openstack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okio.BufferedSource;
import org.novametal.openstack.OpenStackException.Kind;
import org.novametal.openstack.ServiceOptions.Connection;
import org.novametal.openstack.ServiceOptions.Verification;
import org.novametal.text.ForeignText;
import org.novametal.text.UrlText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Calls of OpenStack's APIs: JSON, with limits of time and size, and tries again while a service is not ready. Thread-safe.
 */
final class OpenStackHttp {
    private static final Logger log = LoggerFactory.getLogger(OpenStackHttp.class);

    /** Catalogs of large clouds have tens of KiB; the properties of an image may have some hundred. */
    private static final long MAX_ANSWER_BYTES = 4 << 20;

    private static final Duration LONGEST_DELAY = Duration.ofSeconds(30);

    /** Answers of services and proxies that are starting, overloaded, or wait for others. */
    private static final Set<Integer> PASSING = Set.of(408, 425, 429, 500, 502, 503, 504);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final OkHttpClient client;
    private final Connection connection;

    /**
     * Makes a client.
     *
     * @param base its proxy and connection pool are used
     * @throws OpenStackException {@code UNUSABLE} when the file of certificates cannot be read
     */
    OpenStackHttp(OkHttpClient base, Connection connection) {
        this.connection = connection;
        this.client = withTls(base.newBuilder(), connection)
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(connection.timeout())
                .readTimeout(connection.timeout())
                .writeTimeout(connection.timeout())
                .callTimeout(connection.timeout())
                .build();
    }

    /**
     * An answer.
     *
     * @param url the URL of the request, for messages
     * @param code the status
     * @param body the body; missing when it is not JSON
     * @param token the header field {@code X-Subject-Token}, or an empty text
     */
    record Answer(String url, int code, JsonNode body, String token) {
        /** What the service said: status, and the message of its error if it has one; safe text of one line. */
        String words() {
            JsonNode error =
                    body.isObject() && body.size() == 1 ? body.iterator().next() : body;
            String message = error.path("message").asText(error.path("title").asText(""));
            return "answered " + code + (message.isEmpty() ? "" : " (" + ForeignText.line(message) + ")");
        }
    }

    /** The client, with the TLS settings of the service. */
    OkHttpClient client() {
        return client;
    }

    /**
     * Sends a request, and sends it again while the service does not answer or is not ready, as often as the options allow.
     *
     * @return an answer of any other status
     * @throws OpenStackException {@code UNREACHABLE}
     */
    Answer send(Request request) throws InterruptedException {
        String url = ForeignText.line(UrlText.withoutSecrets(request.url().uri()));
        for (int tries = 1; ; tries++) {
            String failure;
            IOException cause = null;
            try (Response response = client.newCall(request).execute()) {
                if (!PASSING.contains(response.code())) {
                    return new Answer(url, response.code(), body(url, response), token(response));
                }
                failure = "answered " + response.code() + " " + ForeignText.line(response.message());
            } catch (IOException e) {
                if (Thread.currentThread().isInterrupted()) {
                    throw interrupted(url, e);
                }
                failure = "cannot be reached (" + ForeignText.line(String.valueOf(e.getMessage())) + ")";
                cause = e;
            }
            if (tries > connection.retries()) {
                throw new OpenStackException(
                        Kind.UNREACHABLE,
                        url + " " + failure + (tries > 1 ? ", also at the try number " + tries : "")
                                + "; a call may take " + connection.timeout().toSeconds() + " s",
                        cause);
            }
            Duration delay = delay(tries);
            log.warn("{} {}; trying again in {}", url, failure, delay);
            Thread.sleep(delay);
        }
    }

    private Duration delay(int tries) {
        Duration doubled = connection.retryDelay().multipliedBy(1L << Math.min(tries - 1, 20));
        return doubled.compareTo(LONGEST_DELAY) < 0 ? doubled : LONGEST_DELAY;
    }

    private static InterruptedException interrupted(String url, IOException cause) {
        InterruptedException interrupted = new InterruptedException("the call of " + url + " was interrupted");
        interrupted.initCause(cause);
        // The exception says it now.
        boolean _ = Thread.interrupted();
        return interrupted;
    }

    private static String token(Response response) {
        String token = response.header("X-Subject-Token");
        return token == null ? "" : token;
    }

    private static JsonNode body(String url, Response response) throws IOException {
        BufferedSource source = response.body().source();
        if (source.request(MAX_ANSWER_BYTES + 1)) {
            throw new OpenStackException(
                    Kind.UNUSABLE,
                    url + " answered with more than " + MAX_ANSWER_BYTES + " bytes, which no answer has");
        }
        try {
            JsonNode node = JSON.readTree(source.readByteArray());
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            log.debug("{} answered {} without JSON", url, response.code());
            return MissingNode.getInstance();
        }
    }

    private static OkHttpClient.Builder withTls(OkHttpClient.Builder client, Connection connection) {
        if (connection.verification() == Verification.ON && connection.caFile().isEmpty()) {
            return client;
        }
        X509TrustManager trust = connection.verification() == Verification.OFF
                ? new TrustsAll()
                : trusting(connection.caFile().orElseThrow());
        if (connection.verification() == Verification.OFF) {
            log.warn(
                    "certificates of OpenStack's services are not verified (insecure): anybody in between can change images");
            client.hostnameVerifier((_, _) -> true);
        }
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {trust}, new SecureRandom());
            return client.sslSocketFactory(context.getSocketFactory(), trust);
        } catch (GeneralSecurityException e) {
            throw new OpenStackException(Kind.UNUSABLE, "this Java runtime cannot use TLS", e);
        }
    }

    private static X509TrustManager trusting(Path caFile) {
        try (InputStream in = new FileInputStream(caFile.toFile())) {
            Collection<? extends Certificate> certificates =
                    CertificateFactory.getInstance("X.509").generateCertificates(in);
            if (certificates.isEmpty()) {
                throw new OpenStackException(Kind.UNUSABLE, caFile + " holds no certificate in PEM");
            }
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (Certificate certificate : certificates) {
                store.setCertificateEntry("ca-" + store.size(), certificate);
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return Arrays.stream(factory.getTrustManagers())
                    .filter(X509TrustManager.class::isInstance)
                    .map(X509TrustManager.class::cast)
                    .findFirst()
                    .orElseThrow(() -> new GeneralSecurityException("no trust manager for X.509"));
        } catch (IOException | GeneralSecurityException e) {
            throw new OpenStackException(
                    Kind.UNUSABLE,
                    "the certificates in " + caFile + " cannot be read: " + e.getMessage()
                            + "; it must hold certificates in PEM",
                    e);
        }
    }

    /** Accepts every certificate, also with a wrong host name. */
    private static final class TrustsAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
