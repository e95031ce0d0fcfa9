package org.novametal.examples.computehost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.novametal.examples.computehost.server.ServerFixture.SERVER_UUID;
import static org.novametal.examples.computehost.server.ServerFixture.operations;
import static org.novametal.examples.computehost.server.ServerFixture.spawn;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.EventStamp;
import org.novametal.driver.model.HostName;
import org.novametal.driver.testkit.Eventually;
import org.novametal.examples.computehost.server.SocketClient.Reply;

class ServerLimitsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    @Test
    void onlyTheOwnerMayOpenTheSocketAndItIsGoneAtTheEnd() throws Exception {
        try (ServerFixture host = ServerFixture.start(folder)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(host.socket)))
                    .isEqualTo("rw-------");
        }
        assertThat(folder.resolve("compute.sock")).doesNotExist();
    }

    @Test
    void aSecondServerOnTheSameSocketIsRefusedInWords() throws Exception {
        try (ServerFixture host = ServerFixture.start(folder)) {
            assertThatThrownBy(() -> ServerFixture.start(folder))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining(host.socket.toString())
                    .hasMessageContaining("listens on it");
            assertThat(host.get("/v1/nodes").status()).isEqualTo(200);
        }
    }

    @Test
    void aSocketOnWhichAnotherProgramListensIsNotTaken() throws Exception {
        Path socket = folder.resolve("compute.sock");
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket));
            assertThatThrownBy(() -> ServerFixture.start(folder)).hasMessageContaining("another program listens");
        }
        // The file that the closed socket left behind has no listener.
        assertThat(socket).exists();
        try (ServerFixture host = ServerFixture.start(folder)) {
            assertThat(host.get("/v1/nodes").status()).isEqualTo(200);
        }
    }

    @Test
    void aFileThatIsNoSocketIsKept() throws Exception {
        Path file = Files.writeString(folder.resolve("compute.sock"), "precious");
        assertThatThrownBy(() -> ServerFixture.start(folder)).hasMessageContaining("not a socket");
        assertThat(file).hasContent("precious");
    }

    @Test
    void aPathThatIsTooLongIsRefusedInWords() throws Exception {
        Path deep = Files.createDirectories(folder.resolve("x".repeat(100)));
        assertThatThrownBy(() -> ServerFixture.start(deep)).hasMessageContaining("107");
    }

    @Test
    void aBodyThatIsTooLargeIsRefusedWithItsLimit() throws Exception {
        try (ServerFixture host = ServerFixture.limited(folder, 2_000, 16, 10)) {
            Reply refused = host.call(
                    "POST",
                    operations(SERVER_UUID),
                    spawn("req-1", SERVER_UUID, "node-1", ", \"filler\": \"" + "x".repeat(2_000) + "\""));
            assertThat(refused.status()).isEqualTo(413);
            assertThat(refused.message()).contains("2000", "max_request_bytes");
            try (SocketClient chunked = new SocketClient(host.socket)) {
                chunked.write("POST /v1/instances/" + SERVER_UUID
                        + "/operations HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nBB8\r\n"
                        + "x".repeat(3_000) + "\r\n0\r\n\r\n");
                assertThat(chunked.receive().status()).isEqualTo(413);
            }
        }
    }

    @Test
    void requestsBeyondTheLimitAreRefusedInWordsUntilOneEnds() throws Exception {
        try (ServerFixture host = ServerFixture.limited(folder, 10_000, 2, 10);
                SocketClient first = new SocketClient(host.socket);
                SocketClient second = new SocketClient(host.socket)) {
            String waiting = "/v1/events?wait=60&after=" + newest(host);
            first.send("GET", waiting, "");
            second.send("GET", waiting, "");
            Eventually.holds("both wait", LIMIT, () -> host.server.unanswered() == 2);
            Reply refused = host.get("/v1/nodes");
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.errorCode()).isEqualTo("too_many_requests");
            assertThat(refused.message()).contains("max_requests");
            host.events.add(event());
            first.receive();
            second.receive();
            Eventually.holds(
                    "a request is answered", LIMIT, () -> host.get("/v1/nodes").status() == 200);
        }
    }

    @Test
    void aCallThatHasEndedKeepsNoDeadline() throws Exception {
        try (ServerFixture host = ServerFixture.start(folder);
                SocketClient client = new SocketClient(host.socket)) {
            for (int i = 0; i < 20; i++) {
                client.call("GET", "/v1/nodes", "");
            }
            Eventually.holds("no deadline is kept", LIMIT, () -> host.server.deadlines() == 0);
        }
    }

    @Test
    void connectionsBeyondTwiceTheRequestsWaitUntilOneIsClosed() throws Exception {
        try (ServerFixture host = ServerFixture.limited(folder, 10_000, 2, 10)) {
            List<SocketClient> open = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                SocketClient client = new SocketClient(host.socket);
                open.add(client);
                assertThat(client.call("GET", "/v1/nodes", "").status()).isEqualTo(200);
            }
            try (SocketClient next = new SocketClient(host.socket)) {
                next.send("GET", "/v1/nodes", "");
                open.removeFirst().close();
                assertThat(next.receive().status()).isEqualTo(200);
            }
            for (SocketClient client : open) {
                client.close();
            }
        }
    }

    @Test
    void aCallPrintsNothingOfItsBody() throws Exception {
        Call call = new Call(
                Map.of("node", "node-1"),
                Map.of(),
                new JsonMapper().readTree("{\"admin_password\": \"geheim\"}"),
                LIMIT);
        assertThat(call.toString()).contains("node-1").doesNotContain("geheim");
        assertThat(Fingerprint.of(call.json()).toString()).isEqualTo("***");
    }

    private static long newest(ServerFixture host) throws Exception {
        Eventually.holds(
                "the driver has reported its start",
                LIMIT,
                () -> host.get("/v1/events").json().path("next").asLong() > 0);
        return host.get("/v1/events").json().path("next").asLong();
    }

    private static HostAvailability event() {
        return new HostAvailability(
                new EventStamp(new UUID(1, 2), 1, Instant.EPOCH),
                new HostName("metal-1"),
                HostAvailability.State.UP,
                "test");
    }

    @Test
    void aCallThatTakesTooLongIsAnsweredAtItsDeadlineAndContinues() throws Exception {
        try (ServerFixture host = ServerFixture.start(folder)) {
            host.nodes.holdDeploys();
            Reply late = host.call(
                    "POST",
                    operations(SERVER_UUID) + "?wait=30",
                    spawn("req-1", SERVER_UUID, "node-1", ""),
                    "Nova-Metal-Deadline: 0.3");
            assertThat(late.status()).isEqualTo(504);
            assertThat(late.errorCode()).isEqualTo("deadline_exceeded");
            host.nodes.releaseDeploys();
            assertThat(host.get(operations(SERVER_UUID) + "/req-1:spawn?wait=30")
                            .json()
                            .path("phase")
                            .asText())
                    .isEqualTo("succeeded");
        }
    }

    @Test
    void eventsAreReadOnceEachAndAwaited() throws Exception {
        try (ServerFixture host = ServerFixture.limited(folder, 10_000, 16, 3);
                SocketClient reader = new SocketClient(host.socket)) {
            long newest = newest(host);
            reader.send("GET", "/v1/events?wait=60&after=" + newest, "");
            Eventually.holds("the reader waits", LIMIT, () -> host.server.unanswered() == 1);
            host.events.add(event());
            Reply next = reader.receive();
            assertThat(next.json().path("events")).hasSize(1);
            assertThat(next.json().path("events").get(0).path("type").asText()).isEqualTo("host_availability");
            assertThat(next.json().path("next").asLong()).isEqualTo(newest + 1);
            assertThat(next.json().path("boot_id").asText())
                    .isEqualTo(host.events.bootId().toString());
        }
    }

    @Test
    void aReaderOfEventsThatAreGoneGetsAClearAnswer() throws Exception {
        try (ServerFixture host = ServerFixture.limited(folder, 10_000, 16, 3)) {
            for (int i = 0; i < 10; i++) {
                host.events.add(event());
            }
            Reply old = host.get("/v1/events?after=1");
            assertThat(old.status()).isEqualTo(410);
            assertThat(old.errorCode()).isEqualTo("events_lost");
            assertThat(old.json().path("oldest").asLong()).isGreaterThan(2);
            assertThat(host.get("/v1/events?after=999").errorCode()).isEqualTo("events_lost");
            assertThat(host.get("/v1/events?after=9&boot_id=" + UUID.randomUUID())
                            .errorCode())
                    .isEqualTo("events_lost");
            assertThat(host.get("/v1/events").json().path("events")).hasSize(3);
            assertThat(host.get("/v1/events?after=x").status()).isEqualTo(400);
        }
    }

    @Test
    void aLongWaitOutlastsTheIdleTimeoutAfterWhichAnIdleConnectionIsClosed() throws Exception {
        try (ServerFixture host = ServerFixture.idle(folder, Duration.ofMillis(300));
                SocketClient reader = new SocketClient(host.socket)) {
            reader.send("GET", "/v1/events?wait=60&after=" + newest(host), "");
            Eventually.holds("the reader waits", LIMIT, () -> host.server.unanswered() == 1);
            for (int i = 0; i < 3; i++) {
                try (SocketClient idle = new SocketClient(host.socket)) {
                    assertThat(idle.isClosed()).isTrue();
                }
            }
            host.events.add(event());
            assertThat(reader.receive().json().path("events")).hasSize(1);
        }
    }

    @Test
    void aUserWhoIsNotAllowedIsRefusedByName() throws Exception {
        Path socket = folder.resolve("peer.sock");
        String user = System.getProperty("user.name", "");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            try (SocketClient _ = new SocketClient(socket);
                    SocketChannel accepted = server.accept()) {
                new PeerCheck(Set.of(user)).check(accepted);
                assertThatThrownBy(() -> new PeerCheck(Set.of("somebody-else")).check(accepted))
                        .isInstanceOf(RefusedCall.class)
                        .hasMessageContaining("the user " + user)
                        .hasMessageContaining("somebody-else")
                        .hasMessageContaining("allowed_users");
            }
        }
    }

    @Test
    void anOwnerThatTheSystemDoesNotHaveIsRefusedInWords() {
        try (SocketFile file = SocketFile.take(folder.resolve("s.sock"))) {
            assertThatThrownBy(() -> {
                        Files.createFile(file.bindPath());
                        file.publish(Optional.of("no-such-user"), Optional.empty());
                    })
                    .hasMessageContaining("no-such-user");
        }
    }
}
