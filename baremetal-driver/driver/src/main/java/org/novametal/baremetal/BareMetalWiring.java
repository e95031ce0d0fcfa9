package org.novametal.baremetal;

import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import okhttp3.OkHttpClient;
import org.novametal.agent.AgentClient;
import org.novametal.agent.AgentHandshakes;
import org.novametal.baremetal.BareMetalDriverBuilder.Additions;
import org.novametal.baremetal.DeployTranslation.GlanceAccess;
import org.novametal.baremetal.RamdiskDirectory.LookupToken;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.console.ConsoleRecorder;
import org.novametal.baremetal.event.InventoryWatch;
import org.novametal.baremetal.event.NodeNotifications;
import org.novametal.baremetal.event.NotificationFile;
import org.novametal.baremetal.event.NotificationListener;
import org.novametal.baremetal.event.Notifications;
import org.novametal.baremetal.event.RefusedChanges;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeChange;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.ResourceReporter;
import org.novametal.baremetal.inventory.ResourceReports;
import org.novametal.baremetal.metrics.DriverMetrics;
import org.novametal.baremetal.metrics.DriverMetrics.GaugeKind;
import org.novametal.baremetal.metrics.DriverMetrics.Task;
import org.novametal.baremetal.metrics.DriverMetrics.TaskOutcome;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.plan.AdoptPlan;
import org.novametal.baremetal.plan.CleanPlan;
import org.novametal.baremetal.plan.DeletePlan;
import org.novametal.baremetal.plan.DeployPlan;
import org.novametal.baremetal.plan.EmptyPlan;
import org.novametal.baremetal.plan.InspectPlan;
import org.novametal.baremetal.plan.RebuildPlan;
import org.novametal.baremetal.plan.RescuePlan;
import org.novametal.baremetal.plan.StepFactory;
import org.novametal.baremetal.plan.UnrescuePlan;
import org.novametal.baremetal.plan.VerifyPlan;
import org.novametal.baremetal.power.FleetPower;
import org.novametal.baremetal.power.MismatchPolicy;
import org.novametal.baremetal.power.PowerListener;
import org.novametal.baremetal.power.PowerService;
import org.novametal.baremetal.provision.OperationCatalogue;
import org.novametal.baremetal.provision.ProvisionListener;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.step.GuardedStep;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.deploy.ReadyImage;
import org.novametal.baremetal.step.network.DhcpFiles;
import org.novametal.baremetal.step.power.PowerOff;
import org.novametal.baremetal.step.power.PowerOn;
import org.novametal.baremetal.step.power.PowerReach;
import org.novametal.baremetal.store.OperationStore;
import org.novametal.baremetal.store.Settings;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreOptions.Schema;
import org.novametal.bmc.BmcAnswers;
import org.novametal.bmc.BmcOptions.KeyExchange;
import org.novametal.bmc.fleet.PowerPacing;
import org.novametal.bmc.fleet.PowerSweep;
import org.novametal.bmc.loader.BmcFactories;
import org.novametal.bmc.redfish.RedfishBmcFactory;
import org.novametal.dhcp.DhcpServer;
import org.novametal.dhcp.DnsmasqReload;
import org.novametal.dhcp.LeaseFile;
import org.novametal.dhcp.LeasedAddresses;
import org.novametal.dhcp.ManagedDnsmasq;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.HostName;
import org.novametal.http.HttpService;
import org.novametal.image.ImageService;
import org.novametal.openstack.Glance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The composition root: opens the parts of a driver and connects them. Contains no driver logic. */
final class BareMetalWiring {
    private static final Logger LOG = LoggerFactory.getLogger(BareMetalWiring.class);

    /** A ramdisk sends a heartbeat every 90 to 180 s, and at once when it has something to report. */
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofMinutes(5);

    /** How many BMCs without {@link org.novametal.bmc.PowerPolling} are read at a time. */
    private static final int POLL_THREADS = 64;

    /**
     * For how long the requests of nodes may wait until the operations that an earlier process began are resumed. Until then,
     * the work for them would take the processor time from the operations.
     */
    private static final long MOST_SECONDS_BEFORE_NODES_ARE_SERVED = 20;

    private static final String HOST = "host";

    private BareMetalWiring() {}

    /**
     * Opens all parts and resumes the operations that an earlier process left unfinished.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when a part cannot be opened; parts already opened are closed
     */
    static DriverParts start(
            BareMetalOptions options,
            DriverHost host,
            HostName name,
            Supplier<OkHttpClient> client,
            Additions additions) {
        OpenedParts opened = new OpenedParts();
        try {
            return assemble(options, host, name, client, additions, opened);
        } catch (DriverException e) {
            opened.close();
            throw e;
        } catch (RuntimeException e) {
            opened.close();
            throw new DriverException(ErrorCode.DRIVER_NOT_READY, "the driver cannot start: " + e.getMessage(), e);
        }
    }

    private static DriverParts assemble(
            BareMetalOptions options,
            DriverHost host,
            HostName name,
            Supplier<OkHttpClient> client,
            Additions additions,
            OpenedParts opened) {
        StateFolder state = StateFolder.open(options.places().statePath());
        opened.add(state.holdAlone());
        HostEvents events = opened.add(new HostEvents(host));
        InventoryPlace place = InventoryPlace.of(options);
        Store store = opened.add(place.open(host.clock(), name.value(), Schema.UPGRADED));
        store.holdAlone();
        place.key().removeLeftovers();
        store.operations()
                .endDamaged()
                .forEach(damage -> LOG.error("{}; repair the node, all others continue", damage));
        requireSameHost(store.settings(), name);
        Notifications notifications =
                opened.add(new Notifications(name.value(), host.clock(), listeners(options.events(), additions)));
        NodeNotifications changes = new NodeNotifications(notifications, store.nodes());
        List<ProvisionListener> provisionListeners = new ArrayList<>(List.of(events, changes));
        List<PowerListener> powerListeners = new ArrayList<>(List.of(events, changes));
        additions.metrics().map(opened::add).ifPresent(metrics -> {
            provisionListeners.add(metrics);
            powerListeners.add(metrics);
        });
        BmcAnswers answers =
                additions.metrics().<BmcAnswers>map(metrics -> metrics).orElse(BmcAnswers.IGNORED);
        ProvisionListener provisionListener = ProvisionListener.all(provisionListeners);
        PowerListener powerListener = PowerListener.all(powerListeners);
        List<NodeRecord> present = store.nodes().all();
        permitRsaKeyExchange(present);
        BmcFactories kinds = opened.add(SubsystemOptions.kindsOfBmc(options, additions.bmcFactories()));
        BmcHandles bmcs = opened.add(new BmcHandles(
                store.nodes(), kinds, SubsystemOptions.bmc(options).withAnswers(answers)));
        ConsoleRecorder consoles = opened.add(new ConsoleRecorder(
                store.nodes(),
                bmcs,
                state.madeConsoles(),
                options.places().consoleLogMaxKb() * 1024L,
                System::nanoTime));
        OkHttpClient imageClient = client.get();
        ImageService images = opened.add(new ImageService(
                SubsystemOptions.images(options, state.madeImages()),
                imageClient,
                () -> imagesInUse(store.operations())));
        BootAddresses boot = new BootAddresses(options.deploying());
        AgentHandshakes handshakes = new AgentHandshakes(System::nanoTime);
        PowerReach reach = new PowerReach(
                bmcs,
                new PowerPacing(
                        options.power().commandInterval(), options.power().onRate(), System::nanoTime));
        DhcpServer dhcp = dhcpServer(options, host.clock(), opened);
        LeaseFile leases = new LeaseFile(options.places().dhcpLeaseFile());
        DhcpFiles dhcpFiles = new DhcpFiles(options.places().dhcpDir(), dhcp, leases);
        restoreEntries(store, present, dhcpFiles);
        StepFactory steps = new StepFactory(
                options,
                bmcs,
                reach,
                images,
                options.images().glance().map(glance -> new Glance(glance, imageClient, System::nanoTime)),
                new Ramdisk(
                        opened.add(new AgentClient(SubsystemOptions.agent(options))),
                        options.agent().pollInterval()),
                new StepFactory.Served(node -> problems(boot, node), boot::bootScript, boot::image, handshakes::latest),
                dhcpFiles,
                consoles::rotate);
        OperationCatalogue catalogue = catalogue(steps);
        Provisioner provisioner = opened.add(new Provisioner(
                store, catalogue, host.clock(), System::nanoTime, SubsystemOptions.runner(options), provisionListener));

        RamdiskDirectory ramdisks = new RamdiskDirectory(
                store, host.clock(), ramdiskSettings(options, leases, catalogue.rules()), provisioner::ramdiskHeard);
        NodeServers servers = new NodeServers(
                options, store.settings(), new LeasedAddresses(leases, host.clock()), host.clock(), handshakes);
        List<HttpService> listening = servers.start(boot, ramdisks, opened);
        consoles.reconcile(present);
        changes.consolesRestored(present);
        consoles.deleteLogsOfOthers(present);
        events.up("the driver has started");
        store.watch(events::storeAnswered);
        if (notifications.isWanted() || additions.metrics().isPresent()) {
            InventoryWatch watch = opened.add(InventoryWatch.of(store.nodes(), notifications));
            watch.start();
            additions
                    .metrics()
                    .ifPresent(metrics -> metrics.publish(new DriverMetrics.Values(
                            watch::states,
                            Stream.concat(provisioner.queues().stream(), Stream.of(images.conversions()))
                                    .toList(),
                            Map.of(
                                    GaugeKind.OPERATIONS_UNFINISHED, provisioner::unfinished,
                                    GaugeKind.NOTIFICATIONS_WAITING, notifications::waiting,
                                    GaugeKind.BMC_SESSIONS, bmcs::count,
                                    GaugeKind.IMAGE_CACHE_IMAGES,
                                            () -> images.cacheUse().images(),
                                    GaugeKind.IMAGE_CACHE_BYTES,
                                            () -> images.cacheUse().bytes()))));
        }
        listening.forEach(HttpService::hold);
        provisioner.start();
        CompletableFuture<?> _ = provisioner
                .resumed()
                .orTimeout(MOST_SECONDS_BEFORE_NODES_ARE_SERVED, TimeUnit.SECONDS)
                .whenComplete((_, _) -> listening.forEach(HttpService::accept));
        FleetPower fleet = opened.add(fleet(options, store, provisioner, reach, powerListener, host.clock()));
        LeaseWatch leaseWatch = new LeaseWatch(dhcpFiles, leases, store.nodes(), events, host.clock());
        if (options.dhcp().leaseCheckInterval().isPositive()) {
            opened.add(new RepeatedWork(Task.LEASE_CHECK, leaseWatch::check, additions.metrics(), host.clock()))
                    .start(options.dhcp().leaseCheckInterval(), new SecureRandom(), Thread::sleep);
        }
        MachineCommands commands = opened.add(new MachineCommands(
                store,
                provisioner,
                bmcs,
                reach,
                events,
                new MachineCommands.Limits(
                        options.power().changeTimeout(), options.power().softPowerOffTimeout())));
        RequestWatch requests = opened.add(new RequestWatch(store, provisioner, commands, host.clock(), name));
        requests.start();
        OperationPruning pruning = new OperationPruning(store.operations(), options.inventory(), host.clock());
        RepeatedWork pruned =
                opened.add(new RepeatedWork(Task.OPERATION_PRUNING, pruning::run, additions.metrics(), host.clock()));
        pruned.run();
        pruned.start(OperationPruning.INTERVAL, new SecureRandom(), Thread::sleep);
        Enrolled enrolled = new Enrolled(
                bmcs, consoles, provisioner, new RefusedChanges(notifications), additions.metrics(), host.clock());
        opened.add(powerService(options, store, provisioner, bmcs, fleet, answers, enrolled));

        return new DriverParts(
                store,
                new Enrolment(store.nodes(), enrolled, new EnrolledBmcs(kinds)),
                new ResourceReports(store.nodes(), new ResourceReporter(options.reservedHostMemoryMb())),
                new InstanceOperations(
                        store,
                        provisioner,
                        options.deploying().onFailure(),
                        new DeployTranslation(
                                options.images().glance().isPresent()
                                        ? GlanceAccess.CONFIGURED
                                        : GlanceAccess.MISSING)),
                new NodeOperations(
                        store, host.clock(), options.deploying().onFailure(), SubsystemOptions.runner(options)),
                new InstancePower(
                        store.nodes(),
                        provisioner,
                        bmcs,
                        reach,
                        fleet,
                        powerListener,
                        options.power().changeTimeout(),
                        options.power().softPowerOffTimeout(),
                        options.deploying()
                                .callbackTimeout()
                                .plus(options.deploying().stepTimeout())),
                fleet,
                leaseWatch,
                provisioner,
                new ConsoleOutput(store, consoles, options.places().consoleFolders()),
                new RescuedInstances(
                        store,
                        provisioner,
                        options.nodeLimits()
                                .rescueCallbackTimeout()
                                .plus(options.deploying().stepTimeout())),
                opened);
    }

    /** Must run before the first use of TLS, which the HTTP clients are. */
    private static void permitRsaKeyExchange(List<NodeRecord> nodes) {
        if (nodes.stream().anyMatch(node -> node.settings().keyExchange() == KeyExchange.RSA_ALLOWED)) {
            RedfishBmcFactory.permitRsaKeyExchange();
        }
    }

    /**
     * Refuses a host name that differs from the stored host name: a compute service under another name would be a second host
     * for the same nodes.
     */
    private static void requireSameHost(Settings settings, HostName host) {
        Optional<String> known = settings.find(HOST);
        if (known.isEmpty()) {
            settings.save(HOST, host.value());
        } else if (!known.get().equals(host.value())) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID,
                    "this inventory belongs to compute host '" + known.get() + "', not to '" + host
                            + "'; set [DEFAULT] host to '" + known.get() + "', or use another state_path");
        }
    }

    /** The compute host to which an inventory belongs; empty before its first start. */
    static Optional<HostName> storedHost(Settings settings) {
        return settings.find(HOST).map(HostName::new);
    }

    /** The configuration problems that prevent a node from booting the deploy ramdisk. */
    private static List<String> problems(BootAddresses boot, NodeRecord node) {
        List<String> problems = new ArrayList<>(boot.problems());
        new NodeReach(boot::base, "set [baremetal] http_listen to an address of the provisioning network, or http_url")
                .problem(node)
                .ifPresent(problems::add);
        new NodeReach(
                        boot::agentApi,
                        "set [baremetal] agent_api_listen to an address of the provisioning network, or agent_api_url")
                .problem(node)
                .filter(_ -> !boot.agentApi().equals(boot.base()))
                .ifPresent(problems::add);
        return problems;
    }

    /** The DHCP server: one that others run, or one that this driver runs from now on. */
    private static DhcpServer dhcpServer(BareMetalOptions options, InstantSource clock, OpenedParts opened) {
        Path folder = options.places().dhcpDir();
        return switch (options.dhcp().server()) {
            case BareMetalOptions.Dhcp.Files(var reload) -> DnsmasqReload.of(folder, reload, clock);
            case BareMetalOptions.Dhcp.Managed(var managed) -> {
                try {
                    yield opened.add(ManagedDnsmasq.start(folder, managed, clock));
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new DriverException(ErrorCode.DRIVER_NOT_READY, "the start was interrupted", e);
                }
            }
        };
    }

    private static void restoreEntries(Store store, List<NodeRecord> nodes, DhcpFiles files) {
        try {
            InstanceEntries.restore(store, nodes, files);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriverException(ErrorCode.DRIVER_NOT_READY, "the start was interrupted", e);
        }
    }

    private static RamdiskDirectory.Settings ramdiskSettings(
            BareMetalOptions options, LeaseFile leases, OperationRules rules) {
        boolean byLookup = options.agent().tokenByLookup();
        if (byLookup) {
            LOG.warn(
                    "[baremetal] agent_token_by_lookup is on: until a ramdisk's first heartbeat, any machine that uses its"
                            + " address on the provisioning network is given its token");
        }
        return new RamdiskDirectory.Settings(
                rules, leases, HEARTBEAT_TIMEOUT, byLookup ? LookupToken.UNTIL_HEARTBEAT : LookupToken.NEVER);
    }

    private static List<NotificationListener> listeners(BareMetalOptions.Events events, Additions additions) {
        List<NotificationListener> listeners = new ArrayList<>();
        events.notificationFile()
                .ifPresent(file -> listeners.add(new NotificationFile(
                        file, events.notificationFileMaxKb() * 1024L, events.notificationFilesKept())));
        try {
            ServiceLoader.load(NotificationListener.class).forEach(listeners::add);
        } catch (ServiceConfigurationError e) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID, "an installed listener for notifications cannot be used: " + e, e);
        }
        listeners.addAll(additions.listeners());
        return listeners;
    }

    private static Set<Path> imagesInUse(OperationStore operations) {
        return operations.unfinished().stream()
                .flatMap(operation -> ReadyImage.from(operation.memory()).stream())
                .map(ReadyImage::file)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static OperationCatalogue catalogue(StepFactory make) {
        return new OperationCatalogue(
                OperationRules.ALL,
                Map.ofEntries(
                        Map.entry(OperationKind.DEPLOY, new DeployPlan(make)),
                        Map.entry(OperationKind.REBUILD, new RebuildPlan(make)),
                        Map.entry(OperationKind.DELETE, new DeletePlan(make)),
                        Map.entry(OperationKind.CLEAN, new CleanPlan(make)),
                        Map.entry(OperationKind.MANUAL_CLEAN, CleanPlan.requested(make)),
                        Map.entry(OperationKind.PROVIDE, new CleanPlan(make)),
                        Map.entry(OperationKind.VERIFY, new VerifyPlan(make)),
                        Map.entry(OperationKind.ENROLL, new VerifyPlan(make)),
                        Map.entry(OperationKind.MANAGE, new EmptyPlan()),
                        Map.entry(OperationKind.INSPECT, new InspectPlan(make)),
                        Map.entry(OperationKind.ADOPT, new AdoptPlan(make)),
                        Map.entry(OperationKind.RESCUE, new RescuePlan(make)),
                        Map.entry(OperationKind.UNRESCUE, new UnrescuePlan(make))));
    }

    private static FleetPower fleet(
            BareMetalOptions options,
            Store store,
            Provisioner provisioner,
            PowerReach reach,
            PowerListener listener,
            InstantSource clock) {
        Duration change = options.power().changeTimeout();
        return new FleetPower(
                store.nodes(),
                provisioner,
                new MismatchPolicy(options.power().mismatch(), options.power().forceTries()),
                new FleetPower.Switches(
                        new GuardedStep(new PowerOn("power.back-on", reach, change)),
                        new GuardedStep(new PowerOff("power.back-off", reach, Duration.ZERO, change))),
                listener,
                clock);
    }

    private static PowerService powerService(
            BareMetalOptions options,
            Store store,
            Provisioner provisioner,
            BmcHandles bmcs,
            FleetPower fleet,
            BmcAnswers answers,
            Enrolled enrolled) {
        Duration interval = options.power().pollInterval();
        SecureRandom random = new SecureRandom();
        Duration one = options.power().bmcCommandTimeout();
        // A slow BMC gets its full command timeout even when sweeps are more frequent.
        Duration whole = interval.compareTo(one) > 0 ? interval : one;
        PowerSweep sweep =
                new PowerSweep(new PowerSweep.Limits(whole, one, POLL_THREADS), random, System::nanoTime, answers);
        PowerService service = new PowerService(store.nodes(), provisioner, bmcs, fleet, sweep, enrolled);
        if (interval.isPositive()) {
            service.start(interval, random, System::nanoTime, Thread::sleep);
        }
        return service;
    }

    /**
     * Updates the other parts after a node was enrolled, updated or removed, by this process or by another; power sweeps detect
     * changes by other processes.
     */
    private record Enrolled(
            BmcHandles bmcs,
            ConsoleRecorder consoles,
            Provisioner provisioner,
            RefusedChanges refusals,
            Optional<DriverMetrics> metrics,
            InstantSource clock)
            implements Enrolment.Listener, PowerService.SweepListener {
        @Override
        public void enrolled(NodeRecord node) {
            if (node.isConsoleRecorded()) {
                consoles.reconcile(node.uuid());
            }
        }

        @Override
        public void updated(NodeRecord node) {
            consoles.reconcile(node.uuid());
            // The credentials of the BMC may have changed.
            bmcs.forget(node.uuid());
        }

        @Override
        public void removed(UUID node) {
            // The recorder is called first, so that it closes its session with the BMC.
            consoles.reconcile(node);
            bmcs.forget(node);
            provisioner.forget(node);
        }

        @Override
        public void refused(NodeChange change, Optional<NodeRecord> present) {
            switch (change) {
                case NodeChange.Create create -> refusals.created(create.spec());
                case NodeChange.Update _ -> present.ifPresent(refusals::updated);
            }
        }

        @Override
        public void deletionRefused(NodeRecord node) {
            refusals.deleted(node);
        }

        @Override
        public void listed(List<NodeRecord> nodes) {
            consoles.reconcile(nodes);
            Set<UUID> present = nodes.stream().map(NodeRecord::uuid).collect(Collectors.toUnmodifiableSet());
            bmcs.keepOnly(present);
            provisioner.keepOnly(present);
        }

        @Override
        public void ended(PowerService.SweepOutcome outcome, Duration took) {
            TaskOutcome end = switch (outcome) {
                case DONE -> TaskOutcome.DONE;
                case FAILED -> TaskOutcome.FAILED;
            };
            RepeatedWork.measure(metrics, Task.POWER_SWEEP, end, took, clock);
        }
    }
}
