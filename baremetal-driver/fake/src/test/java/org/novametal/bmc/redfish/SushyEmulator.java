package org.novametal.bmc.redfish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateEncodingException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import okhttp3.Credentials;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.PeerProgram;
import org.novametal.fake.FakeHttpServer;

/**
 * The {@code sushy-emulator} of OpenStack's sushy-tools with its fake machine, over TLS on a loopback port. {@code
 * .ci/install} puts it into the user's cache. It tells each change of the machine to a URL; that is where boots are counted.
 * Its power takes 1 to 11 seconds.
 */
final class SushyEmulator {
    static final BmcCredentials ADMIN = new BmcCredentials("admin", "s3cret-of-the-bmc");
    static final String SYSTEM_UUID = "27946b59-9e44-4fa7-8e91-f3527a1ef094";

    /** bcrypt of the password. */
    private static final String PASSWORD_HASH = "$2b$04$JuzQjCtlVgdgUWCsJZOgJ.ozQSWjwV9qLmpIxngNrq0qQd22fZgIW";

    private static final String SYSTEM_PATH = "/redfish/v1/Systems/" + SYSTEM_UUID;
    private static final long START_SECONDS = 60;

    /** Writes the machine's power into the emulator's store, as if it had been so always. */
    private static final String PUT_POWER = """
            import sys
            from sushy_tools.emulator import memoize
            systems = memoize.PersistentDict()
            systems.make_permanent(sys.argv[1], "fakedriver")
            system = systems[sys.argv[2]]
            system["power_state"] = sys.argv[3]
            system["pending_power"] = None
            systems[sys.argv[2]] = system
            """;

    private final Path directory;
    private final int port;
    private final HeldCertificate certificate = new HeldCertificate.Builder()
            .ecdsa256()
            .addSubjectAlternativeName("127.0.0.1")
            .build();
    private final OkHttpClient witness;
    private final FakeHttpServer notifications;
    private Process process;
    private boolean isChanging;
    private int boots;

    /** Starts it in an empty directory. */
    SushyEmulator(Path directory) throws IOException {
        this.directory = directory;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        HandshakeCertificates trust = new HandshakeCertificates.Builder()
                .addTrustedCertificate(certificate.certificate())
                .build();
        witness = new OkHttpClient.Builder()
                .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
                .build();
        notifications = FakeHttpServer.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), this::changed);
        Files.writeString(directory.resolve("certificate.pem"), certificate.certificatePem());
        PeerProgram.secretFile(directory, "key.pem", certificate.privateKeyPkcs8Pem());
        PeerProgram.secretFile(directory, "users", ADMIN.username() + ":" + PASSWORD_HASH + "\n");
        Files.createDirectory(directory.resolve("state"));
        Files.writeString(
                directory.resolve("configuration.py"), """
                SUSHY_EMULATOR_LISTEN_IP = "127.0.0.1"
                SUSHY_EMULATOR_LISTEN_PORT = %d
                SUSHY_EMULATOR_SSL_CERT = "certificate.pem"
                SUSHY_EMULATOR_SSL_KEY = "key.pem"
                SUSHY_EMULATOR_AUTH_FILE = "users"
                SUSHY_EMULATOR_STATE_DIR = "state"
                SUSHY_EMULATOR_FAKE_DRIVER = True
                EXTERNAL_NOTIFICATION_URL = "%s"
                SUSHY_EMULATOR_FAKE_SYSTEMS = [{
                    "uuid": "%s", "name": "machine", "power_state": "Off", "external_notifier": True,
                    "nics": [{"mac": "00:5c:52:31:3a:9c", "ip": "172.22.0.100"}],
                }]
                """.formatted(port, notifications.baseUri() + "/", SYSTEM_UUID));
        process = start();
        // It makes its machine when it is first read.
        system();
    }

    int port() {
        return port;
    }

    /** The SHA-256 of its certificate. */
    String certificateFingerprint() {
        try {
            return Hashing.sha256()
                    .hashBytes(certificate.certificate().getEncoded())
                    .toString();
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was just made cannot be encoded", e);
        }
    }

    /** A change began when power is pending, and was made when it is not any more. */
    private synchronized FakeHttpServer.Answer changed(FakeHttpServer.Request request) throws JsonProcessingException {
        JsonNode system = new ObjectMapper().readTree(request.body());
        boolean wasChanging = isChanging;
        isChanging = system.path("pending_power").isObject();
        if (wasChanging && !isChanging && system.path("power_state").asText().equals("On")) {
            boots++;
        }
        return FakeHttpServer.Answer.empty(204);
    }

    /** How often the machine went on. The emulator makes its changes when it is read. */
    int boots() {
        system();
        synchronized (this) {
            return boots;
        }
    }

    /** The machine as another client reads it. */
    JsonNode system() {
        Request request = new Request.Builder()
                .url("https://127.0.0.1:" + port + SYSTEM_PATH)
                .header("Authorization", Credentials.basic(ADMIN.username(), ADMIN.password()))
                .build();
        try (Response response = witness.newCall(request).execute()) {
            return new ObjectMapper().readTree(response.body().string());
        } catch (IOException e) {
            throw new UncheckedIOException("sushy-emulator wrote: " + log(), e);
        }
    }

    void putPower(String power) throws IOException, InterruptedException {
        PeerProgram.Result result = PeerProgram.run(
                List.of(
                        program("python").toString(),
                        "-c",
                        PUT_POWER,
                        directory.resolve("state").toString(),
                        SYSTEM_UUID,
                        power),
                directory);
        if (result.exitCode() != 0) {
            throw new IOException("the machine cannot be put " + power + ": " + result.output());
        }
        synchronized (this) {
            isChanging = false;
        }
    }

    /** Ends it and starts it again on the same port and store. */
    void restart() throws IOException, InterruptedException {
        end();
        process = start();
    }

    private Process start() throws IOException {
        Process started = new ProcessBuilder(program("sushy-emulator").toString(), "--config", "configuration.py")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (!isListening()) {
            if (!started.isAlive() || System.nanoTime() - end > 0) {
                started.destroyForcibly();
                throw new IOException("sushy-emulator did not listen, it wrote: " + log());
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        return started;
    }

    private boolean isListening() {
        try (Socket caller = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return caller.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private String log() {
        try {
            return Files.readString(directory.resolve("log"));
        } catch (IOException e) {
            return "nothing (" + e + ")";
        }
    }

    private static Path program(String name) {
        return PeerProgram.installed("sushy-tools/bin/" + name);
    }

    private void end() throws InterruptedException {
        process.destroy();
        if (!process.waitFor(5, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
        }
    }

    void stop() throws InterruptedException {
        end();
        notifications.close();
        witness.connectionPool().evictAll();
        witness.dispatcher().executorService().shutdown();
    }
}
