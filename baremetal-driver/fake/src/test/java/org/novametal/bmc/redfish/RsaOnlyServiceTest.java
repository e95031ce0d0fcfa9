package org.novametal.bmc.redfish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.BmcOptions.KeyExchange;
import org.novametal.bmc.PeerProgram;

/**
 * The client, in another Java process, with OpenSSL's server that has RSA key exchange alone. The server answers with a page
 * about the connection, which is no Redfish.
 */
@Tag("peers")
class RsaOnlyServiceTest {
    @TempDir
    Path directory;

    private int port;
    private Process server;
    private String fingerprint;

    @BeforeEach
    void start() throws Exception {
        run(
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-keyout",
                "key",
                "-out",
                "certificate",
                "-days",
                "2",
                "-subj",
                "/CN=bmc");
        fingerprint = run("x509", "-in", "certificate", "-noout", "-fingerprint", "-sha256")
                .replaceFirst("(?s).*=", "")
                .strip();
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        server = new ProcessBuilder(
                        "openssl",
                        "s_server",
                        "-accept",
                        "127.0.0.1:" + port,
                        "-key",
                        "key",
                        "-cert",
                        "certificate",
                        "-tls1_2",
                        "-cipher",
                        "AES256-SHA",
                        "-www")
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        BufferedReader lines = server.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.startsWith("ACCEPT")) {
            line = lines.readLine();
        }
        assertThat(line).as("OpenSSL's server listens").isNotNull();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    private String run(String... arguments) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(Stream.concat(Stream.of("openssl"), Stream.of(arguments))
                        .toList())
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private String outcome(KeyExchange exchange) throws Exception {
        PeerProgram.Result result = PeerProgram.run(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        RsaOnlyProgram.class.getName(),
                        String.valueOf(port),
                        fingerprint.toLowerCase(Locale.ROOT),
                        exchange.name()),
                directory);
        return result.output();
    }

    @Test
    void aBmcForWhichRsaKeyExchangeIsAllowedIsReached() throws Exception {
        assertThat(outcome(KeyExchange.RSA_ALLOWED)).contains("PROTOCOL ").contains("there is no Redfish service");
    }

    @Test
    void anotherBmcIsNotAndTheFailureSaysWhatToAllow() throws Exception {
        assertThat(outcome(KeyExchange.FORWARD_SECRET))
                .contains("UNSUPPORTED_CIPHER ")
                .contains("allow RSA key exchange for this BMC");
    }
}
