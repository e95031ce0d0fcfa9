package org.novametal.examples.computehost;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Metrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.ImageCaching;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.config.SharedOptions;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.loader.DriverLoader;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.AvailableResource.Availability;
import org.novametal.driver.model.RequestContext;
import org.novametal.examples.computehost.server.ComputeServer;
import org.novametal.examples.computehost.server.EventBuffer;
import org.novametal.examples.computehost.server.Route;
import org.novametal.scheduler.HostManagerLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of a running compute host: driver, host manager, socket, health, periodic tasks. Started by one thread; {@link #stop}
 * may be called by any.
 */
final class RunningHost {
    private static final Logger LOG = LoggerFactory.getLogger(RunningHost.class);

    private final HostOptions options;
    private final ServiceManager service;
    private final ProcessHost host;
    private final ComputeDriver driver;
    private final ComputeServer server;
    private final Optional<HealthServer> health;
    private final PeriodicTasks tasks;
    private final ReportedNodes reports;
    private final PrometheusMeterRegistry registry;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicReference<Map<Availability, Integer>> nodes = new AtomicReference<>(Map.of());

    private RunningHost(NovaConf conf, HostOptions options, ServiceManager service, Deque<AutoCloseable> begun) {
        this.options = options;
        this.service = service;
        InstantSource clock = InstantSource.system();
        EventBuffer events = new EventBuffer(UUID.randomUUID(), options.eventsKept());
        this.host = new ProcessHost(options.host(), clock, events);
        // Before the driver: it publishes to the global registry.
        this.registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        Metrics.addRegistry(registry);
        begun.push(this::closeRegistry);
        this.driver = DriverLoader.load(conf, host);
        begun.push(driver);
        driver.initHost(options.host());
        this.reports = new ReportedNodes(driver);
        List<Route> more = conf.find(List.of("baremetal", "DEFAULT"), SharedOptions.SCHEDULER_HOST_MANAGER.name())
                        .isPresent()
                ? new SelectRoutes(HostManagerLoader.load(conf, reports)).routes()
                : List.of();
        this.server = ComputeServer.start(options.server(), options.host(), driver, clock, events, more);
        begun.push(server);
        this.health =
                options.httpListen().map(listen -> HealthServer.start(listen, registry, this::isAlive, this::isReady));
        health.ifPresent(begun::push);
        this.tasks = new PeriodicTasks(registry, clock, RandomGenerator.getDefault(), Thread::sleep);
        begun.push(tasks);
    }

    /**
     * Starts everything and reports to systemd that it runs.
     *
     * @throws DriverException {@code CONFIG_INVALID} when the configuration is wrong, or another code when the driver cannot start
     * @throws java.io.UncheckedIOException when the socket or the health address cannot be used
     */
    static RunningHost start(NovaConf conf, HostOptions options, ServiceManager service) {
        Deque<AutoCloseable> begun = new ArrayDeque<>();
        try {
            RunningHost running = new RunningHost(conf, options, service, begun);
            running.health.ifPresent(http -> LOG.info("health and metrics are at {}", http.baseUri()));
            service.ready(
                    "host " + options.host() + ", socket " + options.server().socket());
            // After that report: the watchdog's would come before it.
            running.startTasks();
            return running;
        } catch (RuntimeException e) {
            closeAll(begun);
            throw e;
        }
    }

    private static void closeAll(Deque<AutoCloseable> begun) {
        while (!begun.isEmpty()) {
            try {
                begun.pop().close();
            } catch (Exception e) {
                LOG.warn("a part of the compute host did not close after a failed start", e);
            }
        }
    }

    private void closeRegistry() {
        Metrics.removeRegistry(registry);
        registry.close();
    }

    private void startTasks() {
        for (Availability availability : Availability.values()) {
            Gauge.builder("novametal.resources.nodes", () -> nodes.get().getOrDefault(availability, 0))
                    .description("nodes by whether they can take an instance, as last read")
                    .tag("availability", availability.name().toLowerCase(Locale.ROOT))
                    .register(registry);
        }
        tasks.start("update-resources", options.tasks().updateResources(), () -> updateResources(reports.read()));
        driver.capability(ImageCaching.class)
                .ifPresent(cache -> tasks.start(
                        "image-cache",
                        options.tasks().imageCache(),
                        () -> cache.manageImageCache(RequestContext.of("image-cache"), driver.listInstanceUuids())));
        service.watchdogInterval()
                .ifPresent(interval -> tasks.start("watchdog", interval, () -> reportIfAlive(interval)));
    }

    private void updateResources(List<AvailableResource> reports) {
        Map<Availability, Integer> counts = new EnumMap<>(Availability.class);
        reports.forEach(report -> counts.merge(report.availability(), 1, Integer::sum));
        nodes.set(Map.copyOf(counts));
    }

    private void reportIfAlive(Duration limit) throws InterruptedException {
        CompletableFuture<Boolean> answer = new CompletableFuture<>();
        Thread.ofVirtual().name("watchdog-question").start(() -> answer.complete(isAlive()));
        try {
            if (answer.get(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                service.alive();
                return;
            }
            LOG.error("the watchdog found that the socket does not answer; systemd gets no sign of life");
        } catch (TimeoutException | ExecutionException e) {
            LOG.error("the watchdog had no answer from the driver within {}", limit, e);
        }
    }

    /** Whether driver and socket answer; a driver that answers with an error does. */
    private boolean isAlive() {
        try {
            driver.getNumInstances();
        } catch (DriverException e) {
            LOG.debug("the driver answers with an error: {}", e.getMessage());
        }
        return server.answers();
    }

    private boolean isReady() {
        return !stopped.get() && host.isUp() && server.answers();
    }

    /**
     * Stops: no new calls, then the end of the calls under way, then the driver, then the rest.
     *
     * @return whether all ended within the limit of the options
     */
    boolean stop() throws InterruptedException {
        if (!stopped.compareAndSet(false, true)) {
            return true;
        }
        long begin = System.nanoTime();
        service.stopping();
        LOG.info("stopping; {} calls are under way", server.unanswered());
        tasks.close();
        server.drain(options.stopTimeout().dividedBy(2));
        CompletableFuture<Void> driverEnd = new CompletableFuture<>();
        Thread.ofPlatform().name("driver-close").daemon().start(() -> {
            try {
                driver.close();
                driverEnd.complete(null);
            } catch (RuntimeException e) {
                driverEnd.completeExceptionally(e);
            }
        });
        boolean clean = true;
        try {
            long rest = options.stopTimeout().toNanos() - (System.nanoTime() - begin);
            driverEnd.get(Math.max(1, rest), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.error(
                    "the driver has not closed within stop_timeout, {}; the process ends anyway",
                    options.stopTimeout());
            clean = false;
        } catch (ExecutionException e) {
            LOG.error("the driver did not close cleanly", e.getCause());
            clean = false;
        }
        server.close();
        health.ifPresent(HealthServer::close);
        closeRegistry();
        LOG.info("stopped");
        return clean;
    }
}
