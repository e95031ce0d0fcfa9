package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.InstantSource;
import okhttp3.tls.HeldCertificate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.agent.RamdiskConfiguration;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.testing.ScriptedDriverHost;

/** The agent API over TLS: the fake agent trusts the CA that its further ramdisk brought, and nothing else. */
class AgentTlsTest {
    private static final String INSTANCE = "0b4b54ce-5d5c-4c3f-9a4f-3c1c4a0f5a12";
    private static final RequestContext CONTEXT = RequestContext.of("req-tls");
    private static final HeldCertificate CA = new HeldCertificate.Builder()
            .commonName("a CA")
            .certificateAuthority(0)
            .build();

    @TempDir
    Path folder;

    private FakeCloud cloud;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 1);
        HeldCertificate server = server().build();
        write("api.pem", server.certificatePem());
        write("api.key", server.privateKeyPkcs8Pem());
        write("ca.pem", CA.certificatePem());
    }

    @AfterEach
    void stop() {
        cloud.close();
    }

    private static HeldCertificate.Builder server() {
        return new HeldCertificate.Builder()
                .addSubjectAlternativeName("127.0.0.1")
                .signedBy(CA);
    }

    private void write(String name, String content) throws Exception {
        Path file = folder.resolve(name);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(file, content);
    }

    private NovaConf.Builder conf() {
        return cloud.conf()
                .overlay(
                        "baremetal",
                        "agent_api_cert_file",
                        folder.resolve("api.pem").toString())
                .overlay(
                        "baremetal",
                        "agent_api_key_file",
                        folder.resolve("api.key").toString())
                .overlay(
                        "baremetal",
                        "agent_api_ca_file",
                        folder.resolve("ca.pem").toString());
    }

    private static BareMetalDriver started(NovaConf conf) {
        BareMetalDriver driver =
                new BareMetalDriver(conf, new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system()));
        driver.initHost(new HostName("compute-0"));
        return driver;
    }

    private void spawn(BareMetalDriver driver) throws Exception {
        driver.spawn(
                CONTEXT,
                DriverProcess.request(
                        cloud.imageUrl().toString(), FakeCloud.nodeName(0).value(), INSTANCE));
    }

    @Test
    void aNodeIsDeployedByAnAgentThatVerifiesTheApi() throws Exception {
        try (BareMetalDriver driver = started(conf().build())) {
            spawn(driver);
        }

        assertThat(cloud.node(FakeCloud.nodeName(0)).state()).isEqualTo(ProvisionState.ACTIVE);
        assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
        assertThat(cloud.serialOf(0))
                .contains("ipa-api-url=https://127.0.0.1:")
                .contains("ironic-python-agent: starts, API at https://127.0.0.1:")
                .contains("/deploy/configuration... ok")
                .doesNotContain("ipa-api-url=http:");
    }

    @Test
    void bothPortsAreTheSameAfterARestart() throws Exception {
        started(conf().build()).close();
        String before = setting("agent_api_port");
        started(conf().build()).close();

        assertThat(setting("agent_api_port")).isEqualTo(before).isNotEqualTo(setting("http_port"));
    }

    @Test
    void theAgentApiIsRefusedWithoutTls() throws Exception {
        try (BareMetalDriver _ = started(conf().build());
                HttpClient client = HttpClient.newHttpClient()) {
            URI http = URI.create("http://127.0.0.1:" + setting("http_port"));
            for (HttpRequest request : new HttpRequest[] {
                HttpRequest.newBuilder(http.resolve("/")).build(),
                HttpRequest.newBuilder(http.resolve("/v1/lookup?addresses=52:54:00:00:00:01"))
                        .build(),
                HttpRequest.newBuilder(http.resolve("/v1/heartbeat/" + INSTANCE))
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build()
            }) {
                HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(403);
                assertThat(answer.body()).contains("The agent API requires TLS.");
            }
            HttpResponse<String> image = client.send(
                    HttpRequest.newBuilder(http.resolve("/images/" + INSTANCE + "/x"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(image.statusCode()).isEqualTo(404);
        }
    }

    @Test
    void theFurtherRamdiskHoldsNoSecret() throws Exception {
        write("ca.pem", CA.certificatePem() + CA.privateKeyPkcs8Pem());
        try (BareMetalDriver _ = started(conf().build());
                HttpClient client = HttpClient.newHttpClient()) {
            URI http = URI.create("http://127.0.0.1:" + setting("http_port") + "/deploy/configuration");
            assertThat(client.send(HttpRequest.newBuilder(http).build(), HttpResponse.BodyHandlers.ofString())
                            .body())
                    .contains("api_url = https://127.0.0.1:" + setting("agent_api_port") + "\n")
                    .contains(CA.certificatePem())
                    .doesNotContain("PRIVATE")
                    .doesNotContain("token");
        }
    }

    /** The kernel unpacks the deploy ramdisk last, so its files replace those of the further one. */
    @Test
    void anAgentThatDoesNotTrustTheApiIsNamedWithinTheBootLimit() throws Exception {
        HeldCertificate otherCa = new HeldCertificate.Builder()
                .commonName("another CA")
                .certificateAuthority(0)
                .build();
        try (BareMetalDriver driver = started(
                conf().overlay("baremetal", "deploy_callback_timeout", "10").build())) {
            Files.write(
                    folder.resolve("files/ramdisk"),
                    RamdiskConfiguration.archive(
                            URI.create("https://127.0.0.1:" + setting("agent_api_port")), otherCa.certificatePem()));

            DriverException failure = catchThrowableOfType(DriverException.class, () -> spawn(driver));

            assertThat(failure.code()).isEqualTo(ErrorCode.DEPLOY_FAILED);
            assertThat(failure)
                    .hasMessageContaining("127.1.0.1")
                    .hasMessageContaining("its TLS handshake with the agent API failed")
                    .hasMessageContaining("agent_api_ca_file");
        }
    }

    @Test
    void aCertificateForAnotherHostStopsTheStart() {
        refused(conf().overlay("baremetal", "agent_api_url", "https://metal.example:6385"), "metal.example");
    }

    @Test
    void anExpiredCertificateStopsTheStart() throws Exception {
        HeldCertificate expired = server().validityInterval(0, 1000).build();
        write("api.pem", expired.certificatePem());
        write("api.key", expired.privateKeyPkcs8Pem());

        refused(conf(), "expired at 1970-01-01T00:00:01Z");
    }

    @Test
    void aKeyThatEveryUserMayReadStopsTheStart() throws Exception {
        Files.setPosixFilePermissions(folder.resolve("api.key"), PosixFilePermissions.fromString("rw-r--r--"));

        refused(conf(), "chmod o-rwx " + folder.resolve("api.key"));
    }

    @Test
    void aCaThatIsMissingStopsTheStart() throws Exception {
        Files.delete(folder.resolve("ca.pem"));

        refused(conf(), "ca.pem cannot be read");
    }

    @Test
    void someOfTheThreeFilesAreNotEnough() {
        refused(
                cloud.conf()
                        .overlay(
                                "baremetal",
                                "agent_api_cert_file",
                                folder.resolve("api.pem").toString()),
                "agent_api_key_file");
        refused(cloud.conf().overlay("baremetal", "agent_api_url", "https://metal.example"), "has no effect without");
        refused(conf().overlay("baremetal", "agent_api_url", "http://metal.example"), "is not an https URL");
    }

    private static void refused(NovaConf.Builder conf, String why) {
        assertThatThrownBy(() -> started(conf.build()).close())
                .isInstanceOfSatisfying(
                        DriverException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.CONFIG_INVALID))
                .hasMessageContaining(why);
    }

    private String setting(String name) throws Exception {
        try (Store store = cloud.openStore()) {
            return store.settings().find(name).orElseThrow();
        }
    }
}
