package org.novametal.examples.computehost;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.driver.testkit.Eventually;
import org.novametal.examples.computehost.server.ServerFixture;
import org.novametal.examples.computehost.server.SocketClient;
import org.novametal.examples.computehost.server.SocketClient.Reply;

/** Runs the program in separate JVMs. */
class HostLifeTest {
    @TempDir
    Path folder;

    private static HttpResponse<String> get(String url) throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(HttpRequest.newBuilder(URI.create(url)).build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void servesAndReportsHealthAndMetricsUntilSigtermAndExitsWithZero() throws Exception {
        try (HostProcess host = HostProcess.started(folder, "update_resources_interval = 0.2")) {
            assertThat(get(host.http() + "/health/live").statusCode()).isEqualTo(200);
            assertThat(get(host.http() + "/health/ready").body()).isEqualTo("{\"ok\":true}");
            Eventually.holds(
                    "the task has run",
                    HostProcess.LIMIT,
                    () -> get(host.http() + "/metrics")
                            .body()
                            .contains("novametal_resources_nodes{availability=\"free\"} 1.0"));
            assertThat(get(host.http() + "/metrics").body())
                    .contains(
                            "novametal_tasks_last_run{task=\"update-resources\"}",
                            "novametal_tasks_runs_seconds_count");
            host.terminate();
            assertThat(host.exitCode()).isZero();
            assertThat(host.socket).doesNotExist();
            assertThat(host.output()).contains("stopping", "stopped");
        }
    }

    @Test
    void afterAKillTheNextProcessReplacesTheSocket() throws Exception {
        try (HostProcess first = HostProcess.started(folder, "")) {
            first.process.destroyForcibly().waitFor();
            assertThat(first.socket).exists();
        }
        try (HostProcess second = HostProcess.started(folder, "")) {
            assertThat(second.output()).contains("left behind");
            second.terminate();
            assertThat(second.exitCode()).isZero();
        }
    }

    @Test
    void aSecondProcessOnTheSameSocketIsRefusedAndTheFirstContinues() throws Exception {
        try (HostProcess first = HostProcess.started(folder, "")) {
            try (HostProcess second = HostProcess.run(
                    folder,
                    Map.of(),
                    "--config-file",
                    folder.resolve("nova.conf").toString())) {
                assertThat(second.exitCode()).isEqualTo(1);
                assertThat(second.output()).contains("another compute host process listens on it");
            }
            assertThat(SocketClient.call(first.socket, "GET", "/v1/nodes", "").status())
                    .isEqualTo(200);
        }
    }

    @Test
    void aCallerThatWaitsIsAnsweredAtTheEndOfTheProcess() throws Exception {
        try (HostProcess host = HostProcess.started(folder, "");
                SocketClient caller = new SocketClient(host.socket)) {
            long newest = SocketClient.call(host.socket, "GET", "/v1/events", "")
                    .json()
                    .path("next")
                    .asLong();
            caller.send("GET", "/v1/events?wait=60&after=" + newest, "");
            Eventually.holds(
                    "another call is answered",
                    HostProcess.LIMIT,
                    () -> SocketClient.call(host.socket, "GET", "/v1/nodes", "").status() == 200);
            host.terminate();
            Reply end = caller.receive();
            assertThat(end.status()).isIn(200, 503);
            assertThat(host.exitCode()).isZero();
        }
    }

    @Test
    void allErrorsOfTheConfigurationAreReportedAtOnce() throws Exception {
        Path file = HostProcess.configuration(folder, "max_requests = none\nsockett = /x\nlog_format = xml");
        Files.writeString(file, Files.readString(file).replace("127.0.0.1:0", "0.0.0.0:9179"));
        try (HostProcess host = HostProcess.run(folder, Map.of(), "--config-file", file.toString())) {
            assertThat(host.exitCode()).isEqualTo(2);
            assertThat(host.output())
                    .contains("max_requests", "sockett", "did you mean socket", "log_format", "not a loopback address");
        }
    }

    @Test
    void anUnknownDriverIsAnErrorOfTheConfiguration() throws Exception {
        Path file = HostProcess.configuration(folder, "");
        Files.writeString(file, Files.readString(file).replace("InMemoryComputeDriverFactory", "Nothing"));
        try (HostProcess host = HostProcess.run(folder, Map.of(), "--config-file", file.toString())) {
            assertThat(host.exitCode()).isEqualTo(2);
            assertThat(host.output()).contains("compute_driver");
        }
    }

    @Test
    void laterFilesAndFoldersCountAndTheLogIsJson() throws Exception {
        Path file = HostProcess.configuration(folder, "log_format = text");
        Path more = Files.createDirectory(folder.resolve("conf.d"));
        Files.writeString(more.resolve("10-log.conf"), "[compute_host]\nlog_format = json\n");
        try (HostProcess host =
                HostProcess.run(folder, Map.of(), "--config-file", file.toString(), "--config-dir", more.toString())) {
            host.awaitReady();
            Eventually.holds(
                    "a line is printed", HostProcess.LIMIT, () -> host.output().contains("listens on"));
            assertThat(host.output()).startsWith("{");
            host.terminate();
            assertThat(host.exitCode()).isZero();
        }
    }

    @Test
    void aNodeIsChosenByTheHostManagerOverTheSocket() throws Exception {
        try (HostProcess host = HostProcess.started(
                folder,
                "[baremetal]\nscheduler_host_manager = nova.scheduler.baremetal_host_manager.BaremetalHostManager")) {
            String request = """
                    {"instance_uuid": "%s", "flavor": {"name": "any", "vcpus": %d}}""";
            Reply chosen = SocketClient.call(
                    host.socket, "POST", "/v1/select", request.formatted(ServerFixture.SERVER_UUID, 1));
            assertThat(chosen.json().path("node").asText()).isEqualTo("metal-1");
            Reply none = SocketClient.call(
                    host.socket, "POST", "/v1/select", request.formatted("99999999-2222-3333-4444-555555555555", 1));
            assertThat(none.status()).isEqualTo(409);
            assertThat(none.errorCode()).isEqualTo("no_valid_host");
            SocketClient.call(
                    host.socket, "POST", "/v1/release", "{\"instance_uuid\": \"" + ServerFixture.SERVER_UUID + "\"}");
            assertThat(SocketClient.call(
                                    host.socket,
                                    "POST",
                                    "/v1/select",
                                    request.formatted("99999999-2222-3333-4444-555555555555", 1))
                            .status())
                    .isEqualTo(200);
        }
    }
}
