package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.Flavor;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;
import org.novametal.driver.testing.ScriptedDriverHost;

/** A password in the URL of an image gets to the image's server, and to no file, message, event or log line. */
class ImagePasswordTest {
    private static final String PASSWORD = "pw-4711-geheim";
    private static final String TOKEN = "signature-0815";
    private static final String LOGIN =
            "Basic " + Base64.getEncoder().encodeToString(("ann:" + PASSWORD).getBytes(StandardCharsets.UTF_8));

    @TempDir
    Path folder;

    private final ScriptedDriverHost host = new ScriptedDriverHost(new HostName("compute-0"), InstantSource.system());
    private CapturedLog log;
    private FakeCloud cloud;
    private BareMetalDriver driver;
    private HttpServer server;
    private Instance instance;

    @BeforeEach
    void start() throws Exception {
        cloud = new FakeCloud(folder, 1);
        driver = new BareMetalDriver(cloud.conf().build(), host);
        driver.initHost(new HostName("compute-0"));
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        byte[] image = cloud.image();
        server.createContext("/image.raw", exchange -> {
            boolean welcome = LOGIN.equals(exchange.getRequestHeaders().getFirst("Authorization"))
                    && ("sig=" + TOKEN).equals(exchange.getRequestURI().getQuery());
            exchange.sendResponseHeaders(welcome ? 200 : 401, welcome ? image.length : -1);
            if (welcome) {
                exchange.getResponseBody().write(image);
            }
            exchange.close();
        });
        server.start();
        instance = Instance.builder(
                        new InstanceId(UUID.randomUUID()),
                        Flavor.builder("metal").build())
                .node(FakeCloud.nodeName(0))
                .build();
        log = CapturedLog.ofAll();
    }

    @AfterEach
    void stop() {
        log.close();
        driver.close();
        server.stop(0);
        cloud.close();
    }

    @Test
    void aDeploymentAndARebuildReadTheImageAndLeaveNoTraceOfThePassword() throws Exception {
        driver.spawn(
                RequestContext.of("req-1"),
                SpawnRequest.builder(instance, image("")).build());
        assertNoTrace();
        driver.rebuild(
                RequestContext.of("req-2"),
                RebuildRequest.builder(instance, image("")).build());
        assertThat(cloud.diskOf(0)).isEqualTo(cloud.image());
        assertNoTrace();
    }

    @Test
    void aDeploymentThatFailsSaysWhyWithoutThePassword() throws Exception {
        DriverException failed = catchThrowableOfType(
                DriverException.class,
                () -> driver.spawn(
                        RequestContext.of("req-1"),
                        SpawnRequest.builder(instance, image("-wrong")).build()));

        assertThat(failed).hasMessageContaining("/image.raw").hasMessageContaining("401");
        assertThat(failed.toString() + failed.getCause()).doesNotContain(PASSWORD, TOKEN);
        assertThat(driver.progress(instance.id()).toString()).doesNotContain(PASSWORD, TOKEN);
        assertNoTrace();
    }

    private ImageMeta image(String more) {
        return ImageMeta.builder("image")
                .source(URI.create("http://ann:" + PASSWORD + more + "@127.0.0.1:"
                        + server.getAddress().getPort() + "/image.raw?sig=" + TOKEN))
                .build();
    }

    private void assertNoTrace() throws Exception {
        for (ILoggingEvent line : log.events()) {
            assertThat(line.getFormattedMessage()).doesNotContain(PASSWORD, TOKEN);
            for (IThrowableProxy why = line.getThrowableProxy(); why != null; why = why.getCause()) {
                assertThat(String.valueOf(why.getMessage())).doesNotContain(PASSWORD, TOKEN);
            }
        }
        assertThat(host.events().toString()).doesNotContain(PASSWORD, TOKEN);
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).toList();
        }
        for (Path file : files) {
            assertThat(file.toString()).doesNotContain(PASSWORD, TOKEN);
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1).contains(PASSWORD)
                            || Files.readString(file, StandardCharsets.ISO_8859_1)
                                    .contains(TOKEN))
                    .as("a trace in " + file)
                    .isFalse();
        }
    }
}
