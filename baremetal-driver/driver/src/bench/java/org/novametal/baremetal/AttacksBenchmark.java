package org.novametal.baremetal;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.math.BigDecimal;
import java.math.MathContext;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;

/**
 * What attacks on the provisioning network cost the others: deployments of a fake machine, alone and beside each kind of
 * attack, interleaved, the median of five. The attacker is a separate process with the lowest priority, because a real one
 * has its own processor; the fake machines share the process with the driver, so its memory counts theirs too.
 *
 * <p>Prints JSON lines. Of a deployment: {@code ours} beside the attack, {@code peer} without one; the goal is a ratio of 2 at
 * most. Of memory: the highest figure during the attack, and the most that the process may have. Of the wait: the longest that
 * another client waited for the answer to a small request, and the goal of 1 s.
 *
 * <p>Arguments: kinds of attack; all where there is none.
 */
public final class AttacksBenchmark {
    private static final int RUNS = 5;
    private static final int RAMDISK_BYTES = 8 << 20;
    private static final double MIB = 1 << 20;
    private static final double WAIT_GOAL_SECONDS = 1;
    private static final HostName HOST = new HostName("compute-1");
    private static final JsonMapper JSON = new JsonMapper();

    private final FakeCloud cloud;
    private final BareMetalDriver driver;
    private final int port;

    /** A kind of attack. */
    enum Kind {
        SLOW_HEADERS,
        SLOW_BODIES,
        HUGE_BODIES,
        IDLE_CONNECTIONS,
        SLOW_DOWNLOADS,
        REQUEST_FLOOD,
        ENDLESS_IMAGES;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        static Kind of(String label) {
            return Arrays.stream(values())
                    .filter(kind -> kind.label().equals(label))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("no kind of attack is named '" + label + "'"));
        }
    }

    /** What was measured beside one kind of attack. */
    private static final class Figures {
        private final List<Double> seconds = new ArrayList<>();
        private double heap;
        private double direct;
        private double wait;
    }

    private AttacksBenchmark(FakeCloud cloud, BareMetalDriver driver, int port) {
        this.cloud = cloud;
        this.driver = driver;
        this.port = port;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        List<Kind> kinds = arguments.length == 0
                ? List.of(Kind.values())
                : Arrays.stream(arguments).map(Kind::of).toList();
        Path folder = Files.createTempDirectory("nova-metal-attacks");
        try (FakeCloud cloud = new FakeCloud(folder, 2)) {
            byte[] ramdisk = new byte[RAMDISK_BYTES];
            new Random(1).nextBytes(ramdisk);
            Files.write(folder.resolve("files/ramdisk"), ramdisk);
            int port = freePort();
            try (BareMetalDriver driver = new BareMetalDriver(
                    cloud.conf()
                            .overlay("baremetal", "http_listen", "127.0.0.1:" + port)
                            .overlay("baremetal", "automated_clean", "false")
                            .overlay("baremetal", "image_cache_gb", "1")
                            .build(),
                    new ScriptedDriverHost(HOST, InstantSource.system()))) {
                driver.initHost(HOST);
                new AttacksBenchmark(cloud, driver, port).run(kinds);
            }
        } finally {
            delete(folder);
        }
    }

    private void run(List<Kind> kinds) throws Exception {
        deploy();
        List<Double> alone = new ArrayList<>();
        Map<Kind, Figures> attacked = new EnumMap<>(Kind.class);
        for (int run = 0; run < RUNS; run++) {
            alone.add(deploy());
            for (Kind kind : kinds) {
                measure(kind, attacked.computeIfAbsent(kind, _ -> new Figures()));
            }
        }
        double most = Runtime.getRuntime().maxMemory() / MIB;
        attacked.forEach((kind, figures) -> {
            print(kind, "a deployment", median(figures.seconds), median(alone), "s");
            print(kind, "heap held", figures.heap, most, "MiB");
            print(kind, "direct memory", figures.direct, most, "MiB");
            print(kind, "longest wait of another client", figures.wait, WAIT_GOAL_SECONDS, "s");
        });
    }

    private void measure(Kind kind, Figures figures) throws Exception {
        Process attacker = attacker(kind);
        Thread sampler = Thread.ofPlatform().start(() -> sample(figures));
        Thread tenant = Thread.ofPlatform().unstarted(() -> {});
        try {
            String begun = attacker.inputReader(StandardCharsets.UTF_8).readLine();
            if (begun == null || !begun.startsWith("begun")) {
                throw new IllegalStateException("the attacker ended: " + begun);
            }
            if (kind == Kind.ENDLESS_IMAGES) {
                URI image = URI.create("http://127.0.0.1:" + begun.substring("begun ".length()) + "/endless");
                tenant = Thread.ofPlatform().start(() -> deployInVain(image));
            }
            figures.seconds.add(deploy());
            System.gc();
            figures.heap = Math.max(
                    figures.heap,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() / MIB);
        } finally {
            tenant.interrupt();
            sampler.interrupt();
            attacker.destroyForcibly();
            tenant.join();
            sampler.join();
            attacker.waitFor(10, TimeUnit.SECONDS);
        }
        awaitQuiet();
    }

    private Process attacker(Kind kind) throws IOException {
        return new ProcessBuilder(
                        "nice",
                        "-n",
                        "19",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        AttackProgram.class.getName(),
                        kind.label(),
                        Integer.toString(port))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Spawns and destroys an instance; returns how long the spawn took. */
    private double deploy() throws InterruptedException {
        Instance instance = instance(0);
        long begin = System.nanoTime();
        driver.spawn(
                RequestContext.of("req-1"),
                SpawnRequest.builder(
                                instance,
                                ImageMeta.builder("image")
                                        .source(cloud.imageUrl())
                                        .build())
                        .build());
        double seconds = (System.nanoTime() - begin) / 1e9;
        driver.destroy(RequestContext.of("req-2"), DestroyRequest.of(instance));
        return seconds;
    }

    /** Asks for an image that does not end, until interrupted. */
    private void deployInVain(URI image) {
        while (!Thread.currentThread().isInterrupted()) {
            Instance instance = instance(1);
            try {
                driver.spawn(
                        RequestContext.of("req-3"),
                        SpawnRequest.builder(
                                        instance,
                                        ImageMeta.builder("endless")
                                                .source(image)
                                                .build())
                                .build());
                throw new IllegalStateException("an image without an end was deployed");
            } catch (DriverException e) {
                // Refused, as it has to be.
            } catch (InterruptedException e) {
                driver.cancel(instance.id());
                return;
            }
        }
    }

    private static Instance instance(int node) {
        return Instance.builder(
                        new InstanceId(UUID.randomUUID()),
                        Flavor.builder("metal").build())
                .node(FakeCloud.nodeName(node))
                .build();
    }

    /** Notes the direct memory, and how long another client waits for an answer, until interrupted. */
    private void sample(Figures figures) {
        BufferPoolMXBean buffers = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .findFirst()
                .orElseThrow();
        try {
            while (true) {
                figures.direct = Math.max(figures.direct, buffers.getMemoryUsed() / MIB);
                figures.wait = Math.max(figures.wait, request());
                TimeUnit.MILLISECONDS.sleep(20);
            }
        } catch (InterruptedException e) {
            // The end of the measurement.
        }
    }

    /** Sends a small request from an address without a lease, again if its connection is closed; returns the seconds to its answer. */
    private double request() {
        long begin = System.nanoTime();
        boolean answered = false;
        while (!answered && System.nanoTime() - begin < TimeUnit.SECONDS.toNanos(10)) {
            try (Socket socket = new Socket()) {
                socket.setSoTimeout(10_000);
                socket.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 77, 0, 1}), 0));
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
                socket.getOutputStream()
                        .write("GET /boot.ipxe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                try (InputStream in = socket.getInputStream()) {
                    answered = new String(in.readAllBytes(), StandardCharsets.UTF_8).startsWith("HTTP/1.1 200");
                }
            } catch (IOException e) {
                // Tried again; the time counts.
            }
        }
        return (System.nanoTime() - begin) / 1e9;
    }

    /** Waits until the service has closed what the attacker left, so that the next measurement begins like the first. */
    private void awaitQuiet() throws InterruptedException {
        Duration second = Duration.ofSeconds(1);
        for (int i = 0; i < 20; i++) {
            Thread.sleep(second);
            if (request() < 0.1) {
                return;
            }
        }
        throw new IllegalStateException("the service is still busy 20 s after the attack");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static void print(Kind kind, String what, double ours, double peer, String unit) {
        System.out.println(JSON.createObjectNode()
                .put("name", kind.label() + ": " + what)
                .put("ours", rounded(ours))
                .put("peer", rounded(peer))
                .put("ratio", rounded(ours / peer))
                .put("unit", unit));
    }

    private static BigDecimal rounded(double value) {
        return new BigDecimal(value).round(new MathContext(3));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
