package org.novametal.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import okhttp3.tls.HeldCertificate;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ServerCertificateTest {
    private static final Instant NOW = Instant.parse("2026-11-30T12:00:00Z");
    private static final HeldCertificate CA = ca("a CA").build();

    @TempDir
    Path folder;

    private static HeldCertificate.Builder ca(String name) {
        return valid(new HeldCertificate.Builder()).commonName(name).certificateAuthority(1);
    }

    private static HeldCertificate.Builder valid(HeldCertificate.Builder builder) {
        return builder.validityInterval(
                NOW.minus(Duration.ofDays(1)).toEpochMilli(),
                NOW.plus(Duration.ofDays(90)).toEpochMilli());
    }

    private static HeldCertificate.Builder server() {
        return valid(new HeldCertificate.Builder())
                .commonName("metal")
                .addSubjectAlternativeName("10.0.0.1")
                .addSubjectAlternativeName("fd00::1")
                .addSubjectAlternativeName("metal.example")
                .addSubjectAlternativeName("*.rack.example")
                .signedBy(CA);
    }

    private ServerCertificate read(HeldCertificate server, String host) throws IOException {
        return read(server.certificatePem(), server.privateKeyPkcs8Pem(), CA.certificatePem(), host);
    }

    private ServerCertificate read(String certificate, String key, String authorities, String host) throws IOException {
        return ServerCertificate.read(
                Files.writeString(folder.resolve("api.pem"), certificate),
                Files.writeString(folder.resolve("api.key"), key),
                Files.writeString(folder.resolve("ca.pem"), authorities),
                host,
                NOW);
    }

    @ParameterizedTest
    @ValueSource(strings = {"10.0.0.1", "fd00::1", "[fd00:0::1]", "metal.example", "METAL.example", "a.rack.example"})
    void aCertificateThatNamesTheHostIsUsed(String host) throws IOException {
        assertThat(read(server().build(), host).sslContext().getProtocol()).isEqualTo("TLS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.0.0.2",
                "fd00::2",
                "metal",
                "x.metal.example",
                "rack.example",
                "a.b.rack.example",
                "10.0.0.10"
            })
    void aCertificateThatDoesNotNameTheHostIsRefused(String host) {
        refused(server().build(), host)
                .hasMessageContaining("does not name " + host)
                .hasMessageContaining("metal.example")
                .hasMessageContaining("api.pem");
    }

    @Test
    void theCommonNameDoesNotCount() {
        refused(
                        valid(new HeldCertificate.Builder())
                                .commonName("metal.example")
                                .signedBy(CA)
                                .build(),
                        "metal.example")
                .hasMessageContaining("does not name metal.example");
    }

    @Test
    void anRsaCertificateIsUsed() throws IOException {
        assertThat(read(server().rsa2048().build(), "10.0.0.1").toString()).contains("metal");
    }

    @Test
    void anExpiredCertificateIsRefusedAndSoIsOneOfTheFuture() {
        refused(server().validityInterval(0, NOW.minusSeconds(1).toEpochMilli()).build(), "10.0.0.1")
                .hasMessageContaining("expired at 2026-11-30T11:59:59Z");
        refused(
                        server().validityInterval(
                                        NOW.plusSeconds(1).toEpochMilli(),
                                        NOW.plusSeconds(9).toEpochMilli())
                                .build(),
                        "10.0.0.1")
                .hasMessageContaining("is not valid before 2026-11-30T12:00:01Z");
    }

    @Test
    void theKeyOfAnotherCertificateIsRefused() {
        assertThatThrownBy(() -> read(
                        server().build().certificatePem(),
                        server().build().privateKeyPkcs8Pem(),
                        CA.certificatePem(),
                        "10.0.0.1"))
                .isInstanceOf(ServerCertificate.Unusable.class)
                .hasMessageContaining("does not belong to the certificate");
        HeldCertificate rsa = server().rsa2048().build();
        assertThatThrownBy(() -> read(
                        server().build().certificatePem(), rsa.privateKeyPkcs8Pem(), CA.certificatePem(), "10.0.0.1"))
                .isInstanceOf(ServerCertificate.Unusable.class)
                .hasMessageContaining("whose key is of kind EC");
    }

    @Test
    void aKeyInAnotherFormIsRefusedWithTheCommandThatConvertsItAndWithoutItsBytes() {
        HeldCertificate held = server().build();
        String secret =
                Base64.getEncoder().encodeToString(held.keyPair().getPrivate().getEncoded());
        String old = "-----BEGIN EC PRIVATE KEY-----\n" + secret + "\n-----END EC PRIVATE KEY-----\n";

        assertThatThrownBy(() -> read(held.certificatePem(), old, CA.certificatePem(), "10.0.0.1"))
                .isInstanceOf(ServerCertificate.Unusable.class)
                .hasMessageContaining("openssl pkcs8 -topk8 -nocrypt -in " + folder.resolve("api.key"))
                .message()
                .doesNotContain(secret);
    }

    @Test
    void aCertificateOfAnotherCaIsRefused() {
        HeldCertificate other = ca("another CA").build();
        refused(server().signedBy(other).build(), "10.0.0.1").hasMessageContaining("is not signed by a CA of");
    }

    @Test
    void anExpiredCaIsNoCa() {
        HeldCertificate old = new HeldCertificate.Builder()
                .commonName("old CA")
                .certificateAuthority(1)
                .validityInterval(0, NOW.minusSeconds(1).toEpochMilli())
                .build();
        HeldCertificate server = server().signedBy(old).build();

        assertThatThrownBy(() -> read(
                        server.certificatePem(),
                        server.privateKeyPkcs8Pem(),
                        old.certificatePem() + CA.certificatePem(),
                        "10.0.0.1"))
                .hasMessageContaining("is not signed by a CA of");
    }

    @Test
    void intermediateCertificatesFollowTheServersOne() throws IOException {
        HeldCertificate between =
                ca("between").certificateAuthority(0).signedBy(CA).build();
        HeldCertificate server = server().signedBy(between).build();

        assertThat(read(
                                server.certificatePem() + between.certificatePem() + CA.certificatePem(),
                                server.privateKeyPkcs8Pem(),
                                CA.certificatePem(),
                                "10.0.0.1")
                        .expiresAt())
                .isEqualTo(NOW.plus(Duration.ofDays(90)));
        refused(server, "10.0.0.1").hasMessageContaining("directly or through the certificates that follow it");
    }

    @Test
    void aSelfSignedCertificateIsItsOwnCa() throws IOException {
        HeldCertificate alone = valid(new HeldCertificate.Builder())
                .addSubjectAlternativeName("10.0.0.1")
                .build();

        assertThat(read(alone.certificatePem(), alone.privateKeyPkcs8Pem(), alone.certificatePem(), "10.0.0.1")
                        .authoritiesPem())
                .isEqualTo(alone.certificatePem());
    }

    @Test
    void aKeyThatLiesInTheFileOfTheCasIsNotGivenOn() throws IOException {
        HeldCertificate server = server().build();

        assertThat(read(
                                server.certificatePem(),
                                server.privateKeyPkcs8Pem(),
                                CA.certificatePem() + "\n" + CA.privateKeyPkcs8Pem() + CA.certificatePem(),
                                "10.0.0.1")
                        .authoritiesPem())
                .isEqualTo(CA.certificatePem() + CA.certificatePem());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "no PEM\n", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"})
    void aFileWithoutACertificateIsRefused(String content) {
        HeldCertificate server = server().build();
        assertThatThrownBy(() -> read(content, server.privateKeyPkcs8Pem(), CA.certificatePem(), "10.0.0.1"))
                .isInstanceOf(ServerCertificate.Unusable.class)
                .hasMessageContaining("api.pem");
        assertThatThrownBy(() -> read(server.certificatePem(), server.privateKeyPkcs8Pem(), content, "10.0.0.1"))
                .isInstanceOf(ServerCertificate.Unusable.class)
                .hasMessageContaining("ca.pem");
        assertThatThrownBy(() -> read(server.certificatePem(), content, CA.certificatePem(), "10.0.0.1"))
                .isInstanceOf(ServerCertificate.Unusable.class)
                .hasMessageContaining("api.key");
    }

    @Test
    void aMissingFileIsRefusedByItsName() {
        assertThatThrownBy(() -> ServerCertificate.read(
                        folder.resolve("none.pem"), folder.resolve("none.key"), folder.resolve("ca.pem"), "x", NOW))
                .isInstanceOf(ServerCertificate.Unusable.class)
                .hasMessageContaining("none.pem cannot be read");
    }

    private AbstractThrowableAssert<?, ? extends Throwable> refused(HeldCertificate server, String host) {
        return assertThatThrownBy(() -> read(server, host)).isInstanceOf(ServerCertificate.Unusable.class);
    }
}
