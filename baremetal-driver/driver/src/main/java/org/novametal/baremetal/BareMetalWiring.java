package org.novametal.baremetal;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import okhttp3.OkHttpClient;
import org.novametal.agent.AgentApi;
import org.novametal.agent.AgentClient;
import org.novametal.agent.AgentOptions;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.config.ListenAddress;
import org.novametal.baremetal.console.ConsoleRecorder;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.ResourceReporter;
import org.novametal.baremetal.inventory.ResourceReports;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.plan.CleanPlan;
import org.novametal.baremetal.plan.DeletePlan;
import org.novametal.baremetal.plan.DeployPlan;
import org.novametal.baremetal.plan.RebuildPlan;
import org.novametal.baremetal.plan.StepFactory;
import org.novametal.baremetal.power.FleetPower;
import org.novametal.baremetal.power.MismatchPolicy;
import org.novametal.baremetal.power.PowerService;
import org.novametal.baremetal.provision.OperationCatalogue;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.step.GuardedStep;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.power.PowerOff;
import org.novametal.baremetal.step.power.PowerOn;
import org.novametal.baremetal.step.power.PowerReach;
import org.novametal.baremetal.store.FileHold;
import org.novametal.baremetal.store.Settings;
import org.novametal.baremetal.store.Store;
import org.novametal.bmc.BmcFactory;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.fleet.PowerPacing;
import org.novametal.bmc.fleet.PowerSweep;
import org.novametal.bmc.loader.BmcFactories;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.HostName;
import org.novametal.http.HttpService;
import org.novametal.http.Route;
import org.novametal.image.ImageOptions;
import org.novametal.image.ImageService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The parts of a running driver, put together by hand, and taken apart in reverse order. */
final class BareMetalWiring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(BareMetalWiring.class);

    /** A ramdisk is heard every 90 to 180 s, and at once when it has something to say. */
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofMinutes(5);

    /** How many BMCs that cannot be polled are read at a time. */
    private static final int POLL_THREADS = 64;

    private static final String HTTP_PORT = "http_port";
    private static final String HOST = "host";

    private final Store store;
    private final Enrolment enrolment;
    private final ResourceReports resources;
    private final InstanceOperations operations;
    private final InstancePower power;
    private final FleetPower fleet;
    private final Provisioner provisioner;
    private final ConsoleRecorder consoles;
    private final List<Path> consoleFolders;
    private final Deque<AutoCloseable> opened;

    private BareMetalWiring(
            Store store,
            Enrolment enrolment,
            ResourceReports resources,
            InstanceOperations operations,
            InstancePower power,
            FleetPower fleet,
            Provisioner provisioner,
            ConsoleRecorder consoles,
            List<Path> consoleFolders,
            Deque<AutoCloseable> opened) {
        this.store = store;
        this.enrolment = enrolment;
        this.resources = resources;
        this.operations = operations;
        this.power = power;
        this.fleet = fleet;
        this.provisioner = provisioner;
        this.consoles = consoles;
        this.consoleFolders = List.copyOf(consoleFolders);
        this.opened = opened;
    }

    /**
     * Opens everything and takes up what an earlier process left.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when something cannot be opened; then nothing is left open
     */
    static BareMetalWiring start(
            BareMetalOptions options, DriverHost host, HostName name, OkHttpClient client, List<BmcFactory> factories) {
        Deque<AutoCloseable> opened = new ArrayDeque<>();
        try {
            return assemble(options, host, name, client, factories, opened);
        } catch (DriverException e) {
            closeAll(opened);
            throw e;
        } catch (RuntimeException e) {
            closeAll(opened);
            throw new DriverException(ErrorCode.DRIVER_NOT_READY, "the driver cannot start: " + e.getMessage(), e);
        }
    }

    private static BareMetalWiring assemble(
            BareMetalOptions options,
            DriverHost host,
            HostName name,
            OkHttpClient client,
            List<BmcFactory> factories,
            Deque<AutoCloseable> opened) {
        Path state = privateFolder(options.places().statePath());
        opened.push(holdAlone(state));
        HostEvents events = new HostEvents(host);
        opened.push(events);
        Store store = InventoryPlace.of(options).open(host.clock());
        opened.push(store);
        store.holdAlone();
        requireSameHost(store.settings(), name);
        BmcFactories kinds = kindsOfBmc(options, factories);
        opened.push(kinds);
        BmcHandles bmcs = new BmcHandles(store.nodes(), kinds, bmcOptions(options));
        opened.push(bmcs);
        ConsoleRecorder consoles = new ConsoleRecorder(
                store.nodes(),
                bmcs,
                privateFolder(consoleFolder(state)),
                options.places().consoleLogMaxKb() * 1024L,
                System::nanoTime);
        opened.push(consoles);
        ImageService images = new ImageService(imageOptions(options, state), client);
        opened.push(images);

        BootRoutes bootRoutes = new BootRoutes(store, options.deploying());
        Ramdisk ramdisk = new Ramdisk(
                new AgentClient(new AgentOptions(
                        AgentOptions.DEFAULTS.connectTimeout(),
                        options.agent().commandTimeout(),
                        AgentOptions.DEFAULTS.waitTimeout(),
                        AgentOptions.DEFAULTS.maxAnswerBytes())),
                options.agent().pollInterval());
        PowerReach reach = new PowerReach(
                bmcs,
                new PowerPacing(
                        options.power().commandInterval(), options.power().onRate(), System::nanoTime));
        StepFactory steps = new StepFactory(
                options,
                bmcs,
                reach,
                images,
                ramdisk,
                new StepFactory.Served(bootRoutes::problems, bootRoutes::bootScript, bootRoutes::image),
                consoles::beginAnew);
        Provisioner provisioner = new Provisioner(store, catalogue(steps), host.clock(), events);
        opened.push(provisioner);

        AgentApi agentApi =
                new AgentApi(new RamdiskDirectory(store, host.clock(), HEARTBEAT_TIMEOUT, provisioner::ramdiskHeard));
        List<Route> routes = new ArrayList<>(agentApi.routes());
        routes.addAll(bootRoutes.routes());
        HttpService http = listen(options, store, routes, opened);
        URI base = options.http().url().orElse(http.baseUri());
        bootRoutes.baseIs(base);
        LOG.info("nodes find this host at {}", base);
        consoles.settle(store.nodes().all());
        events.up("the driver has started");
        store.watch(events::storeAnswered);
        provisioner.start();
        FleetPower fleet = fleet(options, store, provisioner, reach, events, host.clock());
        opened.push(fleet);
        Enrolled enrolled = new Enrolled(bmcs, consoles);
        opened.push(powerService(options, store, provisioner, bmcs, fleet, enrolled));

        return new BareMetalWiring(
                store,
                new Enrolment(store.nodes(), enrolled, kinds::otherSpelling),
                new ResourceReports(store.nodes(), new ResourceReporter(options.reservedHostMemoryMb())),
                new InstanceOperations(store, provisioner),
                new InstancePower(
                        store.nodes(),
                        provisioner,
                        bmcs,
                        reach,
                        fleet,
                        options.power().changeTimeout(),
                        options.power().softPowerOffTimeout(),
                        options.deploying()
                                .callbackTimeout()
                                .plus(options.deploying().stepTimeout())),
                fleet,
                provisioner,
                consoles,
                options.places().consoleFolders(),
                opened);
    }

    /** A compute service that comes under another name would be a second host for the same nodes. */
    private static void requireSameHost(Settings settings, HostName host) {
        Optional<String> known = settings.find(HOST);
        if (known.isEmpty()) {
            settings.save(HOST, host.value());
        } else if (!known.get().equals(host.value())) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID,
                    "this inventory belongs to compute host '" + known.get() + "', not to '" + host
                            + "'; set [DEFAULT] host to that name, or use another state_path");
        }
    }

    /** What goes with a node that was enrolled or removed, by this process or, as its sweeps see, by another. */
    private record Enrolled(BmcHandles bmcs, ConsoleRecorder consoles) implements Enrolment.Listener {
        @Override
        public void enrolled(NodeRecord node) {
            if (node.isConsoleRecorded()) {
                consoles.settle(node.uuid());
            }
        }

        @Override
        public void updated(NodeRecord node) {
            consoles.settle(node.uuid());
            // Its credentials may be others.
            bmcs.forget(node.uuid());
        }

        @Override
        public void removed(UUID node) {
            // First, as it takes leave of the BMC.
            consoles.settle(node);
            bmcs.forget(node);
        }

        void are(List<NodeRecord> nodes) {
            consoles.settle(nodes);
            bmcs.keepOnly(nodes.stream().map(NodeRecord::uuid).collect(Collectors.toUnmodifiableSet()));
        }
    }

    private static OperationCatalogue catalogue(StepFactory make) {
        return new OperationCatalogue(
                OperationRules.ALL,
                Map.of(
                        OperationKind.DEPLOY, new DeployPlan(make),
                        OperationKind.REBUILD, new RebuildPlan(make),
                        OperationKind.DELETE, new DeletePlan(make),
                        OperationKind.CLEAN, new CleanPlan(make)));
    }

    private static FleetPower fleet(
            BareMetalOptions options,
            Store store,
            Provisioner provisioner,
            PowerReach reach,
            HostEvents events,
            InstantSource clock) {
        Duration change = options.power().changeTimeout();
        return new FleetPower(
                store.nodes(),
                provisioner,
                new MismatchPolicy(options.power().mismatch(), options.power().forceTries()),
                new FleetPower.Switches(
                        new GuardedStep(new PowerOn("power.back-on", reach, change)),
                        new GuardedStep(new PowerOff("power.back-off", reach, Duration.ZERO, change))),
                events,
                clock);
    }

    private static PowerService powerService(
            BareMetalOptions options,
            Store store,
            Provisioner provisioner,
            BmcHandles bmcs,
            FleetPower fleet,
            Enrolled enrolled) {
        Duration interval = options.power().pollInterval();
        SecureRandom random = new SecureRandom();
        Duration one = options.power().bmcCommandTimeout();
        // A slow BMC has its time also where sweeps are meant to be quick.
        Duration whole = interval.compareTo(one) > 0 ? interval : one;
        PowerSweep sweep = new PowerSweep(new PowerSweep.Limits(whole, one, POLL_THREADS), random, System::nanoTime);
        PowerService service = new PowerService(store.nodes(), provisioner, bmcs, fleet, sweep, enrolled::are);
        if (interval.isPositive()) {
            service.start(interval, random, System::nanoTime, Thread::sleep);
        }
        return service;
    }

    /** All kinds of BMC that a configuration knows; those that are given come first. */
    static BmcFactories kindsOfBmc(BareMetalOptions options, List<BmcFactory> given) {
        return options.places()
                .bmcPluginDir()
                .map(folder -> BmcFactories.load(given, folder))
                .orElseGet(() -> BmcFactories.load(given));
    }

    /** How a configuration lets BMCs be talked to. */
    static BmcOptions bmcOptions(BareMetalOptions options) {
        return new BmcOptions(
                        options.power().bmcCommandTimeout(), options.power().bmcRetryInterval())
                .withSessionPolicy(options.power().sessionPolicy());
    }

    private static ImageOptions imageOptions(BareMetalOptions options, Path state) {
        ImageOptions usual =
                ImageOptions.of(state.resolve("images"), options.images().folders());
        return new ImageOptions(
                usual.cacheFolder(),
                usual.imageFolders(),
                options.images().downloadTimeout(),
                usual.silenceTimeout(),
                usual.maxRedirects(),
                options.images().convertTimeout(),
                options.images().maxConversions(),
                usual.conversionMemoryBytes(),
                usual.qemuImg());
    }

    /** Listens where it listened before: ramdisks that run know the address. */
    private static HttpService listen(
            BareMetalOptions options, Store store, List<Route> routes, Deque<AutoCloseable> opened) {
        ListenAddress configured = options.http().listen();
        if (configured.port() != 0) {
            HttpService http = HttpService.start(new InetSocketAddress(configured.host(), configured.port()), routes);
            opened.push(http);
            return http;
        }
        Optional<Integer> chosen = store.settings().find(HTTP_PORT).map(Integer::valueOf);
        HttpService http = HttpService.start(new InetSocketAddress(configured.host(), chosen.orElse(0)), routes);
        opened.push(http);
        if (chosen.isEmpty()) {
            store.settings().save(HTTP_PORT, Integer.toString(http.baseUri().getPort()));
        }
        return http;
    }

    /** Two hosts in one folder would take each other's images and console logs away. */
    private static AutoCloseable holdAlone(Path state) {
        Path file = state.resolve("host.lock");
        try {
            return FileHold.of(file)
                    .orElseThrow(() -> new DriverException(
                            ErrorCode.DRIVER_NOT_READY,
                            "another compute host works on state_path " + state + " (it holds " + file
                                    + "); end it, or give this one another state_path"));
        } catch (IOException e) {
            throw new DriverException(ErrorCode.DRIVER_NOT_READY, file + " cannot be locked: " + e, e);
        }
    }

    /** Where the driver's own console logs lie. */
    static Path consoleFolder(Path state) {
        return state.resolve("consoles");
    }

    private static Path privateFolder(Path folder) {
        try {
            if (Files.notExists(folder)) {
                Files.createDirectories(
                        folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            }
            return folder.toRealPath();
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, "state_path " + folder + " cannot be made or used: " + e, e);
        }
    }

    Store store() {
        return store;
    }

    Enrolment enrolment() {
        return enrolment;
    }

    ResourceReports resources() {
        return resources;
    }

    InstanceOperations operations() {
        return operations;
    }

    InstancePower power() {
        return power;
    }

    FleetPower fleet() {
        return fleet;
    }

    Provisioner provisioner() {
        return provisioner;
    }

    ConsoleRecorder consoles() {
        return consoles;
    }

    List<Path> consoleFolders() {
        return consoleFolders;
    }

    @Override
    public void close() {
        closeAll(opened);
    }

    static void closeAll(Deque<AutoCloseable> opened) {
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                LOG.warn("a part could not be closed; the others are", e);
            }
        }
    }
}
