package org.novametal.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.hash.Hashing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.tls.Certificates;
import okhttp3.tls.HandshakeCertificates;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.agent.AgentClient.Wait;
import org.novametal.agent.CommandResult.Status;
import org.novametal.agent.LookupAnswer.TokenGrant;
import org.novametal.fake.FakeAgent;
import org.novametal.fake.FakeAgentHost;
import org.novametal.fake.FakeAgentSettings;
import org.novametal.fake.FakeDisk;
import org.novametal.http.HttpAnswer;
import org.novametal.http.HttpService;
import org.novametal.http.Route;
import org.novametal.image.ImageChecksum;

class FakeAgentTest {
    private static final String MAC = "52:54:00:00:78:01";
    private static final AgentNode NODE =
            new AgentNode(UUID.randomUUID(), Map.of("capabilities", "boot_mode:bios"), Map.of(), Map.of());
    private static final List<AgentPort> PORTS =
            List.of(new AgentPort(UUID.randomUUID(), MAC, AgentPort.NetworkBoot.ENABLED));
    private static final long DISK_BYTES = 8 << 20;
    private static final int PATIENCE_SECONDS = 30;

    @TempDir
    Path folder;

    private final AgentToken token = AgentToken.generate(new SecureRandom());
    private final AgentClient client = new AgentClient(AgentOptions.DEFAULTS);
    private final BlockingQueue<Heartbeat> heartbeats = new LinkedBlockingQueue<>();
    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicInteger refusedLookups = new AtomicInteger();
    private final AtomicLong imageLength = new AtomicLong(-1);
    private final CountDownLatch poweredOff = new CountDownLatch(1);
    private final CountDownLatch imageMayGo = new CountDownLatch(1);
    private ScheduledExecutorService timer;
    private HttpService api;
    private FakeDisk disk;
    private Optional<FakeAgent> agent = Optional.empty();
    private boolean tokenGivenAlready;

    private final class Directory implements AgentDirectory {
        @Override
        public Optional<LookupAnswer> lookup(InetAddress sender, List<String> macs, Optional<UUID> nodeUuid) {
            if (refusedLookups.getAndDecrement() > 0) {
                return Optional.empty();
            }
            boolean first = lookups.getAndIncrement() == 0 && !tokenGivenAlready;
            TokenGrant grant = first ? new TokenGrant.Given(token) : new TokenGrant.Withheld();
            return macs.contains(MAC) && nodeUuid.map(NODE.uuid()::equals).orElse(true)
                    ? Optional.of(new LookupAnswer(NODE, grant, Duration.ofMinutes(5)))
                    : Optional.empty();
        }

        @Override
        public HeartbeatOutcome heartbeat(InetAddress sender, UUID node, Heartbeat heartbeat) {
            if (!node.equals(NODE.uuid())) {
                return HeartbeatOutcome.UNKNOWN_NODE;
            }
            if (!heartbeat.token().equals(token)) {
                return HeartbeatOutcome.WRONG_TOKEN;
            }
            heartbeats.add(heartbeat);
            return HeartbeatOutcome.ACCEPTED;
        }
    }

    @BeforeEach
    void start() throws IOException {
        timer = Executors.newSingleThreadScheduledExecutor();
        disk = FakeDisk.open(folder.resolve("disk"), DISK_BYTES);
        List<Route> routes = new ArrayList<>(new AgentApi(new Directory()).routes());
        routes.add(Route.under(
                "GET",
                "/files/",
                request -> HttpAnswer.file(folder.resolve(request.path().substring(7)))));
        routes.add(Route.at("GET", "/slow/image", request -> {
            imageMayGo.await();
            return HttpAnswer.file(folder.resolve("image"));
        }));
        routes.add(Route.at("GET", "/status/500", request -> HttpAnswer.json(500, "{\"error\": \"injected\"}")));
        api = HttpService.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes);
    }

    @AfterEach
    void stop() throws IOException {
        agent.ifPresent(FakeAgent::close);
        api.close();
        timer.shutdownNow();
        disk.close();
    }

    @Test
    void theWholeConversationOfADeploy() throws Exception {
        byte[] image = image("image", 3 << 20);
        AgentEndpoint endpoint = boot();
        assertThat(endpoint.url().getScheme()).isEqualTo("https");

        CommandResult asked = execute(endpoint, AgentCommand.getDeploySteps(NODE, PORTS));
        HardwareSteps steps = HardwareSteps.of(asked);
        assertThat(steps.versions()).isEqualTo(Map.of("generic_hardware_manager", "1.2"));
        assertThat(steps.deployStep("write_image")).isPresent();
        assertThat(execute(endpoint, AgentCommand.getPartitionUuids()).result())
                .isEqualTo(RecordedWire.answer("2-info-11-standby-get_partition_uuids-before")
                        .path("command_result"));

        CommandResult running = client.execute(
                endpoint,
                AgentCommand.writeImage(NODE, PORTS, info("image", image), steps.versions()),
                Wait.NOT_AT_ALL);
        assertThat(running.name()).isEqualTo("execute_deploy_step");
        assertThat(heartbeats.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .as("the heartbeat that says done")
                .isNotNull();
        CommandResult done = client.read(endpoint, running.id()).orElseThrow();
        assertThat(done.status()).isEqualTo(Status.SUCCEEDED);
        assertThat(done.result().path("deploy_result").path("result").asText())
                .isEqualTo("prepare_image: image (image) written to device /dev/vda root_uuid=0x044d3a69");
        assertThat(done.result().path("deploy_step").path("step").asText()).isEqualTo("write_image");
        assertThat(imageLength).hasValue(image.length);
        assertThat(onDisk(0, image.length)).isEqualTo(image);
        assertThat(lookups).as("one at the start, one before the write").hasValue(2);
        assertThat(execute(endpoint, AgentCommand.getPartitionUuids()).result())
                .isEqualTo(RecordedWire.answer("3-image-04-get_partition_uuids-whole-disk")
                        .path("command_result"));

        assertThat(execute(endpoint, AgentCommand.sync()).status()).isEqualTo(Status.SUCCEEDED);
        assertThat(client.execute(endpoint, AgentCommand.powerOff(), Wait.NOT_AT_ALL)
                        .name())
                .isEqualTo("power_off");
        assertThat(poweredOff.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void theConversationOfACleaning() throws Exception {
        byte[] noise = new byte[(int) DISK_BYTES];
        new Random(3).nextBytes(noise);
        disk.write(ByteBuffer.wrap(noise), 0);
        AgentEndpoint endpoint = boot();
        HardwareSteps steps = HardwareSteps.of(execute(endpoint, AgentCommand.getCleanSteps(NODE, PORTS)));
        HardwareSteps.Step metadata = steps.deployStep("erase_devices_metadata").orElseThrow();
        HardwareSteps.Step all = steps.deployStep("erase_devices").orElseThrow();
        assertThat(metadata.priority()).isEqualTo(99);

        CommandResult erased = execute(endpoint, AgentCommand.clean(metadata, NODE, PORTS, steps.versions()));
        JsonNode recorded = RecordedWire.answer("4-clean-03-clean-erase_devices_metadata-done");
        assertThat(erased.result()).isEqualTo(recorded.path("command_result"));
        int mebibyte = 1 << 20;
        assertThat(onDisk(0, mebibyte)).containsOnly(0);
        assertThat(onDisk(DISK_BYTES - mebibyte, mebibyte)).containsOnly(0);
        assertThat(onDisk(mebibyte, 512)).isEqualTo(Arrays.copyOfRange(noise, mebibyte, mebibyte + 512));

        assertThat(execute(endpoint, AgentCommand.clean(all, NODE, PORTS, steps.versions()))
                        .status())
                .isEqualTo(Status.SUCCEEDED);
        assertThat(onDisk(0, (int) DISK_BYTES)).containsOnly(0);
        assertThat(Files.size(folder.resolve("disk"))).isEqualTo(DISK_BYTES);
    }

    @Test
    void whatTheAgentSendsHasTheRecordedShape() throws Exception {
        Heartbeat heartbeat = bootAndHear();
        JsonNode recorded = RecordedWire.request("1-agent-to-api-03-heartbeat-202");
        assertThat(heartbeat.agentVersion())
                .isEqualTo(recorded.path("agent_version").asText());
        assertThat(Certificates.decodeCertificatePem(heartbeat.certificate()).getSubjectAlternativeNames())
                .containsExactly(List.of(7, "127.0.0.1"));
        assertThat(heartbeat.callbackUrl().getPath()).isEmpty();
    }

    @Test
    void documentsAreAsRecordedAndNeedNoToken() throws Exception {
        AgentEndpoint endpoint = boot();
        for (Map.Entry<String, String> document : Map.of(
                        "/",
                        "2-info-01-agent-root",
                        "/v1/",
                        "2-info-02-agent-v1",
                        "/v1/status",
                        "2-info-04-agent-status")
                .entrySet()) {
            Reply reply = raw(endpoint, "GET", document.getKey(), "");
            assertThat(reply.status()).isEqualTo(200);
            assertThat(RecordedWire.shape(reply.body()))
                    .isEqualTo(RecordedWire.shape(RecordedWire.answer(document.getValue())));
        }
        assertThat(raw(endpoint, "GET", "/v1", "").status()).isEqualTo(308);
        assertThat(raw(endpoint, "GET", "/v1/commands", "").status()).isEqualTo(308);
        assertThat(raw(endpoint, "GET", commands(""), "").body())
                .isEqualTo(RecordedWire.answer("2-info-05-agent-commands-empty"));
    }

    @Test
    void refusalsAreWordForWordTheRecordedOnes() throws Exception {
        AgentEndpoint endpoint = boot();
        assertRefused(endpoint, "GET", "/v1/commands/", "5-error-03-err-commands-no-token");
        assertRefused(endpoint, "GET", "/v1/commands/?agent_token=A", "5-error-04-err-commands-wrong-token");
        assertRefused(endpoint, "POST", "/v1/commands/?agent_token=A", "5-error-05-err-cmd-wrong-token");
        assertRefused(endpoint, "POST", "/v1/commands/", "5-error-06-err-cmd-no-token");
        assertRefused(endpoint, "GET", "/v1/nothing", "5-error-07-err-path-not-found");
        assertRefused(
                endpoint, "GET", commands("00000000-0000-0000-0000-000000000000"), "5-error-08-err-command-unknown-id");
        for (String recording : List.of(
                "5-error-09-err-unknown-extension",
                "5-error-10-err-unknown-command",
                "5-error-11-err-no-dot",
                "5-error-12-err-no-params",
                "5-error-13-err-not-json",
                "5-error-14-err-prepare-no-image_info",
                "5-error-15-err-prepare-no-id",
                "5-error-16-err-prepare-urls-not-list",
                "5-error-17-err-prepare-no-checksum",
                "5-error-18-err-prepare-md5")) {
            assertRefused(endpoint, "POST", commands(""), recording);
        }
        assertRefused(endpoint, "POST", commands(""), "5-error-52-err-unexpected-param");
        assertRefused(endpoint, "GET", commands(""), "5-error-53-err-commands-after-typeerror");
        assertRefused(endpoint, "POST", commands(""), "5-error-54-err-missing-param");
        assertThat(execute(endpoint, AgentCommand.sync()).status())
                .as("commands by id still work")
                .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void stepsThatFailDoSoInTheRecordedWords() throws Exception {
        AgentEndpoint endpoint = boot();
        assertFails(endpoint, "5-error-21-err-clean-unknown-step", "5-error-01-err-clean-unknown-step-done");
        assertFails(endpoint, "5-error-22-err-clean-no-step-key", "5-error-02-err-clean-no-step-key-done");
        assertFails(endpoint, "5-error-23-err-clean-version-mismatch", "5-error-24-err-clean-version-mismatch-done");
    }

    @Test
    void oneCommandRunsAtATime() throws Exception {
        byte[] image = image("image", 1 << 20);
        AgentEndpoint endpoint = boot();
        ObjectNode prepare = prepare(image, api.baseUri() + "/slow/image");
        Reply running = raw(endpoint, "POST", commands(""), prepare.toString());
        assertThat(running.body().path("command_status").asText()).isEqualTo("RUNNING");
        assertRefused(endpoint, "POST", commands(""), "5-error-25-err-busy");
        assertThatThrownBy(() -> execute(endpoint, AgentCommand.sync()))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.reason()).isEqualTo(AgentException.Reason.BUSY));
        imageMayGo.countDown();
        String id = running.body().path("id").asText();
        Reply done = raw(endpoint, "GET", commands(id) + "&wait=true", "");
        assertThat(done.body().path("command_status").asText()).isEqualTo("SUCCEEDED");
        assertThat(onDisk(0, image.length)).isEqualTo(image);
    }

    @Test
    void imagesThatCannotBeWrittenFailAsRecorded() throws Exception {
        byte[] image = image("image", 1 << 20);
        AgentEndpoint endpoint = boot();

        ImageInfo wrong = new ImageInfo(
                "i",
                List.of(file("image")),
                new ImageChecksum(ImageChecksum.Algorithm.SHA512, "a".repeat(128)),
                NODE.uuid(),
                Optional.empty());
        CommandResult checksum = write(endpoint, wrong);
        assertFailure(checksum, "5-error-31-err-image-checksum-done");
        assertThat(checksum.error().orElseThrow().details())
                .contains("image checksum: " + "a".repeat(128))
                .contains("verification checksum: "
                        + Hashing.sha512().hashBytes(image).toString().substring(0, 8));

        CommandResult absent = write(endpoint, info("nothing.raw", image));
        assertFailure(absent, "5-error-28-err-image-404-done");
        assertThat(absent.error().orElseThrow().details())
                .contains("Received status code 404 from " + file("nothing.raw"));

        ImageInfo broken = new ImageInfo(
                "i500",
                List.of(URI.create(api.baseUri() + "/status/500")),
                new ImageChecksum(ImageChecksum.Algorithm.SHA256, "b".repeat(64)),
                NODE.uuid(),
                Optional.empty());
        assertFailure(write(endpoint, broken), "5-error-51-err-image-500-done");

        byte[] big = image("big", (int) DISK_BYTES + 1);
        CommandResult full = write(endpoint, info("big", big));
        assertFailure(full, "5-error-59-err-disk-smaller-than-image-streamed-done");
        assertThat(full.error().orElseThrow().details()).endsWith("[Errno 28] No space left on device");

        byte[] blank = new byte[4096];
        Files.write(folder.resolve("blank"), blank);
        assertFailure(write(endpoint, info("blank", blank)), "5-error-39-err-image-no-partitions-done");
        assertThat(imageLength).as("nothing counts as written").hasValue(-1);
    }

    @Test
    void anUnknownHashIsRefusedInTheRecordedWords() throws Exception {
        AgentEndpoint endpoint = boot();
        ObjectNode prepare = (ObjectNode)
                RecordedWire.request("5-error-35-err-image-unknown-algo").deepCopy();
        Reply reply = raw(endpoint, "POST", commands("") + "&wait=true", prepare.toString());
        assertThat(reply.body().path("command_error"))
                .isEqualTo(RecordedWire.answer("5-error-36-err-image-unknown-algo-done")
                        .path("command_error"));
    }

    @Test
    void aDiskIsChosenByHintsElseItNeedsFourGibibytes() throws Exception {
        byte[] image = image("image", 1 << 20);
        FakeAgentSettings strict = FakeAgentSettings.of(api.baseUri(), InetAddress.getLoopbackAddress(), List.of(MAC));
        AgentEndpoint endpoint = boot(new FakeAgentSettings(
                        strict.apiUrl(),
                        strict.address(),
                        0,
                        strict.macs(),
                        "LABDISK1",
                        strict.minimumDiskBytes(),
                        Duration.ofMillis(20),
                        Duration.ofMillis(20),
                        1,
                        Duration.ofMillis(20),
                        Duration.ofSeconds(10),
                        Duration.ofMillis(20),
                        Optional.empty(),
                        ""))
                .endpoint();
        CommandResult small = write(endpoint, info("image", image));
        assertFailure(small, "5-error-56-err-disk-below-4gib-no-hint-done");
        assertThat(small.error().orElseThrow().details())
                .isEqualTo(RecordedWire.answer("5-error-56-err-disk-below-4gib-no-hint-done")
                        .path("command_error")
                        .path("details")
                        .asText());
        CommandResult nope = write(endpoint, hinted("serial", "nope"), info("image", image));
        assertThat(nope.error().orElseThrow().details())
                .isEqualTo(RecordedWire.answer("5-error-48-err-root-device-hint-prepare-done")
                        .path("command_error")
                        .path("details")
                        .asText());
        assertThat(write(endpoint, hinted("size", "> 1"), info("image", image)).status())
                .isEqualTo(Status.FAILED);
        assertThat(write(endpoint, hinted("serial", "labdisk1"), info("image", image))
                        .status())
                .isEqualTo(Status.SUCCEEDED);
    }

    @Test
    void aRefusedLookupIsTriedAgain() throws Exception {
        refusedLookups.set(3);
        bootAndHear();
        assertThat(lookups).hasValue(1);
    }

    @Test
    void anAgentThatIsRefusedItsFirstTokenLocksItself() throws Exception {
        tokenGivenAlready = true;
        start(hurried(api.baseUri()));
        // The lookup comes; a heartbeat would follow at once, and must not.
        for (int tries = 0; lookups.get() == 0 && tries < 1000; tries++) {
            assertThat(heartbeats.poll(10, TimeUnit.MILLISECONDS)).isNull();
        }
        assertThat(lookups).hasValue(1);
        assertThat(heartbeats.poll(500, TimeUnit.MILLISECONDS)).isNull();
    }

    @Test
    void anAgentWhoseRootPageFailedSpeaksPlainHttpAndIsRefused() throws Exception {
        BlockingQueue<JsonNode> sent = new LinkedBlockingQueue<>();
        AgentApi real = new AgentApi(new Directory());
        List<Route> routes = new ArrayList<>();
        for (Route route : real.routes()) {
            if (!route.path().equals("/")) {
                routes.add(new Route(
                        route.methods(),
                        route.path(),
                        route.match(),
                        request -> {
                            if (request.method().equals("POST")) {
                                sent.add(RecordedWire.json(request.body()));
                            } else {
                                assertThat(request.header("X-OpenStack-Ironic-API-Version"))
                                        .hasValue("1.31");
                            }
                            return route.handler().handle(request);
                        },
                        route.maxBodyBytes()));
            }
        }
        routes.add(Route.at("GET", "/", request -> HttpAnswer.json(503, "{}")));
        try (HttpService lame = HttpService.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes)) {
            start(hurried(lame.baseUri()));
            JsonNode heartbeat = sent.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(heartbeat).isNotNull();
            assertThat(RecordedWire.shape(heartbeat))
                    .isEqualTo(RecordedWire.shape(
                            RecordedWire.request("1-agent-to-api-14-heartbeat-401-fallback-version-1.31")));
            assertThat(heartbeat.path("callback_url").asText()).startsWith("http://");
            assertThat(sent.poll(PATIENCE_SECONDS, TimeUnit.SECONDS))
                    .as("it tries again after a refusal")
                    .isNotNull();
            assertThat(heartbeats).isEmpty();
        }
    }

    @Test
    void anAgentThatBootsWhileTheApiIsAwayReadsTheVersionAgain() throws Exception {
        AtomicInteger failures = new AtomicInteger(2);
        List<Route> routes = new ArrayList<>();
        for (Route route : new AgentApi(new Directory()).routes()) {
            routes.add(new Route(
                    route.methods(),
                    route.path(),
                    route.match(),
                    request -> {
                        boolean lookup = request.path().startsWith("/v1/lookup");
                        boolean isAway = lookup ? failures.getAndDecrement() > 0 : failures.get() > 0;
                        return isAway
                                ? HttpAnswer.json(503, "{}")
                                : route.handler().handle(request);
                    },
                    route.maxBodyBytes()));
        }
        try (HttpService late = HttpService.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), routes)) {
            start(hurried(late.baseUri()));
            Heartbeat heartbeat = heartbeats.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertThat(heartbeat).isNotNull();
            assertThat(heartbeat.callbackUrl().getScheme()).isEqualTo("https");
        }
    }

    @Test
    void closingInTheMiddleOfADownloadEndsItAndLeavesTheDiskUsable() throws Exception {
        image("image", 1 << 20);
        AgentEndpoint endpoint = boot();
        raw(
                endpoint,
                "POST",
                commands(""),
                prepare(new byte[0], api.baseUri() + "/slow/image").toString());
        long before = System.nanoTime();
        agent.orElseThrow().close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(20));
        disk.write(ByteBuffer.wrap(new byte[] {1}), 0);
        assertThatThrownBy(() -> execute(endpoint, AgentCommand.sync()))
                .isInstanceOfSatisfying(
                        AgentException.class, e -> assertThat(e.reason()).isEqualTo(AgentException.Reason.UNREACHABLE));
    }

    private record Booted(AgentEndpoint endpoint, Heartbeat heartbeat) {}

    private AgentEndpoint boot() throws InterruptedException {
        return boot(hurried(api.baseUri())).endpoint();
    }

    private Heartbeat bootAndHear() throws InterruptedException {
        return boot(hurried(api.baseUri())).heartbeat();
    }

    private Booted boot(FakeAgentSettings settings) throws InterruptedException {
        start(settings);
        Heartbeat heartbeat = heartbeats.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(heartbeat).as("the first heartbeat").isNotNull();
        return new Booted(heartbeat.endpoint(), heartbeat);
    }

    private static FakeAgentSettings hurried(URI api) {
        return FakeAgentSettings.of(api, InetAddress.getLoopbackAddress(), List.of(MAC))
                .hurried();
    }

    private void start(FakeAgentSettings settings) {
        FakeAgentHost host = new FakeAgentHost() {
            @Override
            public FakeDisk disk() {
                return disk;
            }

            @Override
            public void imageWritten(long lengthBytes) {
                imageLength.set(lengthBytes);
            }

            @Override
            public void powerOff() {
                poweredOff.countDown();
            }
        };
        agent = Optional.of(FakeAgent.start(settings, host, timer, InstantSource.system(), new Random(1)));
    }

    private CommandResult execute(AgentEndpoint endpoint, AgentCommand command) {
        return client.execute(endpoint, command, Wait.UNTIL_DONE);
    }

    private CommandResult write(AgentEndpoint endpoint, ImageInfo image) {
        return write(endpoint, NODE, image);
    }

    private CommandResult write(AgentEndpoint endpoint, AgentNode node, ImageInfo image) {
        return execute(
                endpoint, AgentCommand.writeImage(node, PORTS, image, Map.of("generic_hardware_manager", "1.2")));
    }

    private static AgentNode hinted(String hint, String value) {
        return new AgentNode(NODE.uuid(), Map.of("root_device", Map.of(hint, value)), Map.of(), Map.of());
    }

    private ImageInfo info(String name, byte[] content) {
        return new ImageInfo(
                name,
                List.of(file(name)),
                new ImageChecksum(
                        ImageChecksum.Algorithm.SHA512,
                        Hashing.sha512().hashBytes(content).toString()),
                NODE.uuid(),
                Optional.empty());
    }

    private ObjectNode prepare(byte[] content, String url) {
        ObjectNode body = (ObjectNode)
                RecordedWire.request("3-image-01-prepare-raw-streamed").deepCopy();
        ObjectNode image = (ObjectNode) body.path("params").path("image_info");
        image.putArray("urls").add(url);
        image.put("os_hash_value", Hashing.sha256().hashBytes(content).toString());
        return body;
    }

    private URI file(String name) {
        return URI.create(api.baseUri() + "/files/" + name);
    }

    /** Random bytes with an MBR that carries the recorded disk's identifier. */
    private byte[] image(String name, int length) throws IOException {
        byte[] content = new byte[length];
        new Random(length).nextBytes(content);
        ByteBuffer.wrap(content)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(440, 0x044d3a69)
                .putShort(510, (short) 0xAA55);
        Files.write(folder.resolve(name), content);
        return content;
    }

    private byte[] onDisk(long from, int length) throws IOException {
        byte[] content = new byte[length];
        disk.read(ByteBuffer.wrap(content), from);
        return content;
    }

    private record Reply(int status, JsonNode body) {}

    private String commands(String id) {
        return "/v1/commands/" + id + "?agent_token=" + token.reveal();
    }

    private static Reply raw(AgentEndpoint endpoint, String method, String path, String body) throws IOException {
        HandshakeCertificates trust = new HandshakeCertificates.Builder()
                .addTrustedCertificate(Certificates.decodeCertificatePem(endpoint.certificate()))
                .build();
        OkHttpClient http = new OkHttpClient.Builder()
                .sslSocketFactory(trust.sslSocketFactory(), trust.trustManager())
                .followRedirects(false)
                .build();
        Request request = new Request.Builder()
                .url(endpoint.url() + path)
                .method(method, method.equals("GET") ? null : RequestBody.create(body.getBytes(StandardCharsets.UTF_8)))
                .build();
        try (Response response = http.newCall(request).execute()) {
            String text = response.body().string();
            return new Reply(response.code(), RecordedWire.json(text.isEmpty() ? "null" : text));
        } finally {
            http.connectionPool().evictAll();
        }
    }

    private static void assertRefused(AgentEndpoint endpoint, String method, String path, String recording)
            throws IOException {
        JsonNode recorded = RecordedWire.exchange(recording);
        JsonNode sent = recorded.path("request").path("body");
        Reply reply = raw(endpoint, method, path, sent.isTextual() ? sent.asText() : sent.toString());
        assertThat(reply.body())
                .as(recording)
                .isEqualTo(recorded.path("response").path("body"));
        assertThat(reply.status())
                .isEqualTo(recorded.path("response").path("status").asInt());
    }

    private void assertFails(AgentEndpoint endpoint, String request, String done) throws IOException {
        Reply reply = raw(
                endpoint,
                "POST",
                commands("") + "&wait=true",
                RecordedWire.request(request).toString());
        ObjectNode recorded = (ObjectNode) RecordedWire.answer(done).deepCopy();
        recorded.set("id", reply.body().path("id"));
        assertThat(reply.body()).isEqualTo(recorded);
    }

    private static void assertFailure(CommandResult result, String recording) {
        JsonNode recorded = RecordedWire.answer(recording).path("command_error");
        assertThat(result.status()).isEqualTo(Status.FAILED);
        assertThat(result.error().orElseThrow().type())
                .isEqualTo(recorded.path("type").asText());
        assertThat(result.error().orElseThrow().message())
                .isEqualTo(recorded.path("message").asText());
    }
}
