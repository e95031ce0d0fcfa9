package org.novametal.openstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.novametal.openstack.GlanceFixture.ID;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.OkHttpClient;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.fake.FakeHttpServer;
import org.novametal.image.ImageException;
import org.novametal.openstack.ServiceOptions.Connection;
import org.novametal.openstack.ServiceOptions.Endpoint;
import org.novametal.openstack.ServiceOptions.Verification;

/** A Glance over TLS whose certificate a private CA signed. */
class OpenStackTlsTest {
    @TempDir
    Path folder;

    private final HeldCertificate authority =
            new HeldCertificate.Builder().certificateAuthority(0).build();
    private FakeHttpServer server;

    @BeforeEach
    void start() {
        server = serverNamed("127.0.0.1");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private FakeHttpServer serverNamed(String name) {
        HeldCertificate certificate = new HeldCertificate.Builder()
                .addSubjectAlternativeName(name)
                .signedBy(authority)
                .build();
        return FakeHttpServer.startTls(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new HandshakeCertificates.Builder()
                        .heldCertificate(certificate)
                        .build()
                        .sslContext(),
                _ -> FakeHttpServer.Answer.json(200, "{\"status\": \"active\"}"));
    }

    private Glance glance(FakeHttpServer at, Optional<Path> caFile, Verification verification) {
        return new Glance(
                new ServiceOptions(
                        Optional.empty(),
                        new Endpoint(
                                "image",
                                Optional.empty(),
                                List.of("public"),
                                Optional.empty(),
                                Optional.of(at.baseUri())),
                        new Connection(caFile, verification, Duration.ofSeconds(20), 0, Duration.ofMillis(1))),
                new OkHttpClient(),
                System::nanoTime);
    }

    private Path file(String content) throws Exception {
        return Files.writeString(folder.resolve("ca.pem"), content);
    }

    @Test
    void theCertificatesOfTheCaFileAreTrustedAndNoOthers() throws Exception {
        Path caFile = file("# our CA\n" + authority.certificatePem());

        assertThat(glance(server, Optional.of(caFile), Verification.ON)
                        .image(ID)
                        .id())
                .isEqualTo(ID);
        ImageException refused = catchThrowableOfType(
                ImageException.class,
                () -> glance(server, Optional.empty(), Verification.ON).image(ID));
        assertThat(refused.reason()).isEqualTo(ImageException.Reason.UNREACHABLE);
        assertThat(refused).hasMessageContaining(server.baseUri().toString());
    }

    @Test
    void aCertificateForAnotherHostIsRefused() throws Exception {
        Path caFile = file(authority.certificatePem());
        try (FakeHttpServer other = serverNamed("glance.example")) {
            assertThatExceptionOfType(ImageException.class)
                    .isThrownBy(() ->
                            glance(other, Optional.of(caFile), Verification.ON).image(ID));
            assertThat(glance(other, Optional.empty(), Verification.OFF)
                            .image(ID)
                            .id())
                    .isEqualTo(ID);
        }
    }

    @Test
    void aCaFileThatCannotBeUsedIsNamed() throws Exception {
        for (Path wrong : List.of(file("no certificate"), folder.resolve("missing.pem"))) {
            assertThatExceptionOfType(OpenStackException.class)
                    .isThrownBy(() -> glance(server, Optional.of(wrong), Verification.ON))
                    .withMessageContaining(wrong.toString());
        }
    }
}
