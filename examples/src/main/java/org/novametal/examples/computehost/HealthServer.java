package org.novametal.examples.computehost;

import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.novametal.http.HttpAnswer;
import org.novametal.http.HttpService;
import org.novametal.http.Route;

/**
 * Health and metrics over HTTP on a loopback address: {@code /health/live} answers 200 while the process works, {@code
 * /health/ready} while the driver and the socket answer, and {@code /metrics} the text format of Prometheus. Both health calls
 * answer 503 otherwise.
 *
 * <p>Thread-safe.
 */
final class HealthServer implements AutoCloseable {
    private final HttpService http;

    private HealthServer(HttpService http) {
        this.http = http;
    }

    /**
     * Starts to listen.
     *
     * @param listen a loopback address; port 0 takes any free one
     * @throws java.io.UncheckedIOException when it cannot listen on that address
     */
    static HealthServer start(
            InetSocketAddress listen, PrometheusMeterRegistry registry, BooleanSupplier live, BooleanSupplier ready) {
        return new HealthServer(HttpService.start(
                listen,
                List.of(
                        Route.at("GET", "/health/live", _ -> health(live)),
                        Route.at("GET", "/health/ready", _ -> health(ready)),
                        Route.at(
                                "GET",
                                "/metrics",
                                _ -> new HttpAnswer.Text(
                                        200,
                                        Map.of("Content-Type", "text/plain; version=0.0.4; charset=utf-8"),
                                        registry.scrape("text/plain"))))));
    }

    private static HttpAnswer health(BooleanSupplier works) {
        boolean does = works.getAsBoolean();
        return HttpAnswer.json(does ? 200 : 503, "{\"ok\":" + does + "}");
    }

    /** The address for clients on this machine. */
    URI baseUri() {
        return http.baseUri();
    }

    @Override
    public void close() {
        http.close();
    }
}
