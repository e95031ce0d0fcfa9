package org.novametal.fake;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FakeGlanceTest {
    private static final byte[] IMAGE = FakeGlance.rawImage(1 << 16, 3);

    @TempDir
    Path folder;

    private final OkHttpClient http = new OkHttpClient();
    private final AtomicLong now = new AtomicLong();
    private FakeGlance glance;

    @BeforeEach
    void start() {
        glance = FakeGlance.start(FakeGlanceSettings.DEFAULTS.withTokens(Duration.ofMinutes(5), now::get));
        glance.put("image-1", IMAGE);
    }

    @AfterEach
    void stop() {
        glance.close();
    }

    private Response send(Request.Builder request) throws IOException {
        return http.newCall(request.build()).execute();
    }

    private Request.Builder image(String path) {
        return new Request.Builder().url(glance.imageUrl("RegionOne") + "/v2/images/" + path);
    }

    private String token(String password) throws IOException {
        String auth = """
                {"auth": {"identity": {"methods": ["password"], "password": {"user":
                {"name": "nova", "domain": {"name": "Default"}, "password": "%s"}}},
                "scope": {"project": {"name": "service", "domain": {"id": "default"}}}}}""".formatted(password);
        try (Response response = send(new Request.Builder()
                .url(glance.authUrl() + "/auth/tokens")
                .post(RequestBody.create(auth, MediaType.get("application/json"))))) {
            String token = response.header("X-Subject-Token");
            return token == null ? "" + response.code() : token;
        }
    }

    private int code(Request.Builder request, String token) throws IOException {
        try (Response response = send(request.header("X-Auth-Token", token))) {
            return response.code();
        }
    }

    @Test
    void aTokenIsNeededAndEnds() throws Exception {
        try (Response response = send(image("image-1"))) {
            assertThat(response.code()).isEqualTo(401);
        }
        String token = token("nova-secret");
        assertThat(code(image("image-1"), token)).isEqualTo(200);

        now.addAndGet(Duration.ofMinutes(5).toNanos());

        assertThat(code(image("image-1"), token)).isEqualTo(401);
        assertThat(token("wrong")).isEqualTo("401");
    }

    @Test
    void aRevokedTokenIsRefused() throws Exception {
        String token = token("nova-secret");
        glance.revokeTokens();

        assertThat(code(image("image-1"), token)).isEqualTo(401);
    }

    @Test
    void aPartOfTheBytesIsSent() throws Exception {
        String token = token("nova-secret");

        try (Response response =
                send(image("image-1/file").header("X-Auth-Token", token).header("Range", "bytes=65530-"))) {
            assertThat(response.code()).isEqualTo(206);
            assertThat(response.header("Content-Range")).isEqualTo("bytes 65530-65535/65536");
            assertThat(response.body().bytes()).hasSize(6);
        }
    }

    @Test
    void anUnknownIdIsAnsweredAsTheSettingsSay() throws Exception {
        assertThat(code(image("other"), token("nova-secret"))).isEqualTo(404);
        glance.close();
        glance = FakeGlance.start(
                FakeGlanceSettings.DEFAULTS.withUnknownImages(FakeGlanceSettings.UnknownImages.SMALL_RAW));
        String token = token("nova-secret");

        assertThat(code(image("other"), token)).isEqualTo(200);
        assertThat(code(image("other/file"), token)).isEqualTo(200);
    }

    @Test
    void theProgramSaysWhereItIs() throws Exception {
        Path out = folder.resolve("out");
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        FakeGlance.class.getName(),
                        "--any-image")
                .redirectOutput(out.toFile())
                .start();
        try {
            for (int i = 0; i < 600 && Files.size(out) == 0; i++) {
                assertThat(program.waitFor(100, TimeUnit.MILLISECONDS)).isFalse();
            }
            JsonNode line = JsonMapper.builder().build().readTree(Files.readString(out));

            assertThat(URI.create(line.path("auth_url").asText())).hasPath("/v3");
            try (Response response =
                    send(new Request.Builder().url(line.path("image_url").asText() + "/v2/images/x"))) {
                assertThat(response.code()).isEqualTo(401);
            }
        } finally {
            program.destroy();
            assertThat(program.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    /** OpenStack's own clients read the fake as they read the real services. */
    @Test
    @Tag("peers")
    void theClientsOfOpenStackAuthenticateAndDownload() throws Exception {
        Path program = Files.writeString(folder.resolve("client.py"), """
                import sys
                from keystoneauth1 import session
                from keystoneauth1.identity import v3
                import glanceclient
                url, kind = sys.argv[1:3]
                auth = (v3.Password(auth_url=url, username="nova", password="nova-secret", project_name="service",
                                    user_domain_name="Default", project_domain_name="Default") if kind == "password"
                        else v3.ApplicationCredential(auth_url=url, application_credential_id="app-cred",
                                                      application_credential_secret="app-secret"))
                client = glanceclient.Client("2", session=session.Session(auth=auth), interface="internal",
                                             region_name="RegionOne")
                image = client.images.get("image-1")
                print(image.status, image.disk_format, image.size, image.os_hash_algo)
                print(sum(len(part) for part in client.images.data("image-1")))
                """);

        for (String kind : List.of("password", "application-credential")) {
            assertThat(run(
                            "/usr/bin/python3",
                            program.toString(),
                            glance.authUrl().toString(),
                            kind))
                    .contains("active raw 65536 sha512\n65536\n");
        }
    }

    private String run(String... command) throws Exception {
        Path out = folder.resolve("client.out");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(out.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        String said = Files.readString(out);
        assertThat(process.exitValue()).as(said).isZero();
        return said;
    }
}
