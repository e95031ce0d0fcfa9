package org.novametal.examples.computehost.server;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.HostName;
import org.novametal.driver.placement.ResourceClass;
import org.novametal.driver.testing.InMemoryComputeDriver;
import org.novametal.driver.testing.InMemoryNode;
import org.novametal.driver.testing.InMemoryNodes;
import org.novametal.examples.computehost.server.SocketClient.Reply;

/** A server over an in-memory driver with two nodes. */
public final class ServerFixture implements AutoCloseable {
    /** The instance of most tests. */
    public static final String SERVER_UUID = "11111111-2222-3333-4444-555555555555";

    private static final Duration IDLE = Duration.ofSeconds(60);
    private static final HostName HOST = new HostName("metal-1");

    public final InMemoryNodes nodes;
    public final Path socket;
    public final EventBuffer events;
    public ComputeDriver driver;
    public ComputeServer server;
    private final ServerSettings settings;

    private ServerFixture(
            Path folder,
            UnaryOperator<ComputeDriver> decorate,
            int maxBytes,
            int maxRequests,
            int events,
            Duration idleTimeout)
            throws IOException {
        this.nodes = InMemoryNodes.of(List.of(node("node-1", 1), node("rack 2/node-2", 2)));
        this.socket = folder.resolve("compute.sock");
        this.events = new EventBuffer(UUID.fromString("0b007000-0000-4000-8000-000000000001"), events);
        this.settings = new ServerSettings(
                socket,
                Optional.empty(),
                Optional.empty(),
                Set.of(),
                maxBytes,
                maxRequests,
                idleTimeout,
                Duration.ofSeconds(60),
                Duration.ofSeconds(60));
        start(decorate);
    }

    /** Starts with wide limits. */
    public static ServerFixture start(Path folder) throws IOException {
        return new ServerFixture(folder, driver -> driver, 1 << 20, 256, 1000, IDLE);
    }

    /** Starts with a decorated driver. */
    static ServerFixture decorated(Path folder, UnaryOperator<ComputeDriver> decorate) throws IOException {
        return new ServerFixture(folder, decorate, 1 << 20, 256, 1000, IDLE);
    }

    /** Starts with another idle timeout. */
    static ServerFixture idle(Path folder, Duration timeout) throws IOException {
        return new ServerFixture(folder, driver -> driver, 1 << 20, 256, 1000, timeout);
    }

    /** Starts with narrow limits. */
    static ServerFixture limited(Path folder, int maxBytes, int maxRequests, int events) throws IOException {
        return new ServerFixture(folder, driver -> driver, maxBytes, maxRequests, events, IDLE);
    }

    private void start(UnaryOperator<ComputeDriver> decorate) {
        driver = decorate.apply(new InMemoryComputeDriver(nodes, new Host()));
        driver.initHost(HOST);
        server = ComputeServer.start(settings, HOST, driver, InstantSource.system(), events, List.of());
    }

    /** Ends server and driver and starts new ones over the same nodes, as a restarted process does. */
    void restart() {
        driver.close();
        server.close();
        start(next -> next);
    }

    private static InMemoryNode node(String name, int number) {
        return InMemoryNode.builder(name)
                .uuid(UUID.fromString("00000000-0000-4000-8000-00000000000" + number))
                .resourceClass(ResourceClass.custom("gold"))
                .macs(List.of("52:54:00:00:00:0" + number))
                .build();
    }

    private final class Host implements DriverHost {
        @Override
        public HostName host() {
            return HOST;
        }

        @Override
        public InstantSource clock() {
            return InstantSource.system();
        }

        @Override
        public void emit(DriverEvent event) {
            events.add(event);
        }
    }

    /** Makes a call. */
    public Reply call(String method, String path, String body, String... headers) throws IOException {
        return SocketClient.call(socket, method, path, body, headers);
    }

    /** Makes a call without a body. */
    public Reply get(String path, String... headers) throws IOException {
        return call("GET", path, "", headers);
    }

    /** An instance on a node. */
    public static String instance(String uuid, String node) {
        return """
                {"uuid": "%s", "name": "instance-1", "hostname": "web-1.example.org", "node": "%s",
                 "flavor": {"name": "gold", "vcpus": 1, "memory_mb": 512, "root_gb": 1,
                            "extra_specs": {"resources:CUSTOM_GOLD": "1"}}}""".formatted(uuid, node);
    }

    /** The body of a call about an instance. */
    public static String about(String uuid, String node) {
        return "{\"context\": {\"request_id\": \"req-0\"}, \"instance\": " + instance(uuid, node) + "}";
    }

    /** The body that begins a spawn. */
    public static String spawn(String requestId, String uuid, String node, String more) {
        return """
                {"kind": "spawn", "context": {"request_id": "%s", "auth_token": "never-kept"}, "instance": %s,
                 "image": {"id": "image-1", "disk_format": "raw"}%s}""".formatted(requestId, instance(uuid, node), more);
    }

    /** The body that begins another kind of operation. */
    public static String operation(String kind, String requestId, String uuid, String node, String more) {
        return """
                {"kind": "%s", "context": {"request_id": "%s"}, "instance": %s%s}""".formatted(kind, requestId, instance(uuid, node), more);
    }

    /** The path of an instance's operations. */
    public static String operations(String uuid) {
        return "/v1/instances/" + uuid + "/operations";
    }

    @Override
    public void close() {
        driver.close();
        server.close();
    }
}
