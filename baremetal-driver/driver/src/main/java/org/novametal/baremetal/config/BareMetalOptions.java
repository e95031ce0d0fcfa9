package org.novametal.baremetal.config;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.novametal.agent.PortRange;
import org.novametal.baremetal.operation.OnFailure;
import org.novametal.baremetal.power.PowerMismatch;
import org.novametal.baremetal.step.clean.EraseDisks.Extent;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.dhcp.DnsmasqReloadOptions;
import org.novametal.dhcp.ManagedDnsmasqOptions;
import org.novametal.driver.config.ConfReader;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.config.Option;
import org.novametal.driver.config.OptionSection;
import org.novametal.driver.config.SharedOptions;
import org.novametal.openstack.ServiceOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The options of the bare-metal driver as values. None is a secret.
 *
 * @param places paths of files and folders
 * @param dhcp DHCP server of the provisioning network
 * @param http HTTP service for nodes
 * @param images download and conversion of images
 * @param deploying deployment of nodes
 * @param cleaning cleaning of nodes
 * @param nodeLimits limits of verification, inspection and rescue
 * @param runner how many operations run at once
 * @param power power control of machines
 * @param agent communication with deploy ramdisks
 * @param inventory storage of the inventory
 * @param events notifications of what happens to nodes
 * @param reservedHostMemoryMb memory in MiB that counts as used on a free node, 0 or more
 */
public record BareMetalOptions(
        Places places,
        Dhcp dhcp,
        Http http,
        Images images,
        Deploying deploying,
        Cleaning cleaning,
        NodeLimits nodeLimits,
        Runner runner,
        Power power,
        Agent agent,
        Inventory inventory,
        Events events,
        int reservedHostMemoryMb) {
    private static final Logger LOG = LoggerFactory.getLogger(BareMetalOptions.class);
    static final String GROUP = "baremetal";

    /**
     * Paths of files and folders; all are absolute.
     *
     * @param statePath folder of the inventory, the key for its secrets, images and console logs
     * @param dhcpDir folder of the files that dnsmasq reads
     * @param dhcpLeaseFile file of dnsmasq's leases
     * @param consoleFolders folders in which console logs written by other programs may lie; if empty, no such log is shown
     * @param consoleLogMaxKb size in KiB at which the driver begins a new console log; the previous log is kept, so at most
     *     twice that size is on disk
     * @param bmcPluginDir folder of plug-ins for further kinds of BMC
     */
    public record Places(
            Path statePath,
            Path dhcpDir,
            Path dhcpLeaseFile,
            List<Path> consoleFolders,
            int consoleLogMaxKb,
            Optional<Path> bmcPluginDir) {
        /** Copies the folders. */
        public Places {
            Objects.requireNonNull(statePath, "statePath");
            Objects.requireNonNull(dhcpDir, "dhcpDir");
            Objects.requireNonNull(dhcpLeaseFile, "dhcpLeaseFile");
            consoleFolders = List.copyOf(consoleFolders);
            Objects.requireNonNull(bmcPluginDir, "bmcPluginDir");
        }
    }

    /**
     * The DHCP server of the provisioning network, dnsmasq.
     *
     * @param leaseCheckInterval how often leases are compared with the addresses of instances; zero: never
     * @param server who runs it, and how
     */
    public record Dhcp(Duration leaseCheckInterval, Server server) {
        /** Who runs dnsmasq. */
        public sealed interface Server {}

        /** Others run it; the driver writes its files and notifies it. */
        public record Files(DnsmasqReloadOptions reload) implements Server {}

        /** The driver runs it. */
        public record Managed(ManagedDnsmasqOptions options) implements Server {}
    }

    /**
     * HTTP service for nodes.
     *
     * @param listen address to listen on
     * @param url URL by which nodes reach the service; if absent, it is made from the address that the service listens on
     * @param limits limits for its clients
     */
    public record Http(ListenAddress listen, Optional<URI> url, HttpLimits limits) {}

    /**
     * Limits for clients of the HTTP service; each is more than zero.
     *
     * @param maxConnections how many connections are open at once
     * @param maxConnectionsPerAddress how many of them may come from one address
     * @param maxTransfers how many files are sent at once
     * @param maxTransfersPerAddress how many of them may go to one address
     * @param minTransferRateKb the least rate at which a client must read a file, KiB per second
     * @param maxRequestsPerSecond how many requests per second of one address are answered
     * @param requestTimeout how long the header of a request, and its body, may each take to arrive
     */
    public record HttpLimits(
            int maxConnections,
            int maxConnectionsPerAddress,
            int maxTransfers,
            int maxTransfersPerAddress,
            int minTransferRateKb,
            int maxRequestsPerSecond,
            Duration requestTimeout) {}

    /**
     * Download and conversion of images.
     *
     * @param folders folders from which {@code file:} images may come; if empty, no such image is accepted
     * @param downloadTimeout how long one download may take
     * @param convertTimeout how long one conversion may take
     * @param maxGb the largest image that is accepted, GiB
     * @param maxConversions how many conversions run at once
     * @param downloadRetries how often in a row a download without progress is tried again
     * @param cacheGb the size of the cache, GiB
     * @param diskReserveMb how much space images leave free on their disk, MiB
     * @param checksumRequired whether an image without a checksum is refused
     * @param md5Allowed whether an MD5, the only digest of some old images of Glance, counts as a checksum
     * @param glance how Glance is reached; empty: its images cannot be used
     */
    public record Images(
            List<Path> folders,
            Duration downloadTimeout,
            Duration convertTimeout,
            int maxGb,
            int maxConversions,
            int downloadRetries,
            int cacheGb,
            int diskReserveMb,
            boolean checksumRequired,
            boolean md5Allowed,
            Optional<ServiceOptions> glance) {
        /** Copies the folders. */
        public Images {
            folders = List.copyOf(folders);
            Objects.requireNonNull(glance, "glance");
        }

        /** These options with images of Glance. */
        public Images withGlance(ServiceOptions service) {
            return new Images(
                    folders,
                    downloadTimeout,
                    convertTimeout,
                    maxGb,
                    maxConversions,
                    downloadRetries,
                    cacheGb,
                    diskReserveMb,
                    checksumRequired,
                    md5Allowed,
                    Optional.of(service));
        }
    }

    /**
     * Deployment of nodes.
     *
     * @param kernel the deploy ramdisk's kernel; without it nothing can be deployed or cleaned
     * @param ramdisk the deploy ramdisk; without it nothing can be deployed or cleaned
     * @param kernelAppendParams further kernel parameters
     * @param callbackTimeout how long a node may take to call back
     * @param bootRetryTimeout how long a node may send nothing before it is booted once more, also for a cleaning; zero: never
     * @param bootRetryAfterRestart how long such a node may request no boot script after a restart of this host before it is booted
     *     again; zero: as without a restart
     * @param stepTimeout how long any other step may take, also outside deployments
     * @param onFailure what happens to the machine when a deployment or rebuild fails
     */
    public record Deploying(
            Optional<BootFile> kernel,
            Optional<BootFile> ramdisk,
            String kernelAppendParams,
            Duration callbackTimeout,
            Duration bootRetryTimeout,
            Duration bootRetryAfterRestart,
            Duration stepTimeout,
            OnFailure onFailure) {}

    /**
     * Cleaning of nodes.
     *
     * @param automatedClean whether nodes are cleaned
     * @param eraseDevices how thoroughly disks are erased
     * @param callbackTimeout how long a node may take to call back
     */
    public record Cleaning(AutomatedClean automatedClean, Extent eraseDevices, Duration callbackTimeout) {}

    /**
     * Limits of verification, inspection and rescue.
     *
     * @param verifyTimeout how long each step of a verification may take
     * @param inspectCallbackTimeout how long a node that is being inspected may take to call back
     * @param rescueCallbackTimeout how long a node that is being rescued may take to call back
     */
    public record NodeLimits(Duration verifyTimeout, Duration inspectCallbackTimeout, Duration rescueCallbackTimeout) {}

    /**
     * How operations are run.
     *
     * @param maxDeploys how many deployments and rebuilds run at once; 0: any number
     * @param maxCleans how many cleanings run at once; 0: any number
     * @param stopTimeout how long running steps may take to end when the host stops
     * @param keepHistory how many entries the history of a node has at most
     */
    public record Runner(int maxDeploys, int maxCleans, Duration stopTimeout, int keepHistory) {}

    /**
     * Power control of machines.
     *
     * @param changeTimeout how long a change may take
     * @param softPowerOffTimeout how long an operating system may take to shut down
     * @param pollInterval how often the power of all nodes is read; zero: never
     * @param mismatch what to do when a machine's power differs from the wanted power
     * @param forceTries how often in a row a machine is switched back to the wanted power
     * @param commandInterval the least time between two power commands to one machine
     * @param onRate how many machines of a power group may be switched on per second; 0: any number
     * @param sessionPolicy when a session with a BMC is closed, unless the node has its own policy
     * @param bmcCommandTimeout how long one call to a BMC may take
     * @param bmcRetryInterval how long to wait for an answer before the request is sent to the BMC again; less than
     *     {@code bmcCommandTimeout}
     */
    public record Power(
            Duration changeTimeout,
            Duration softPowerOffTimeout,
            Duration pollInterval,
            PowerMismatch mismatch,
            int forceTries,
            Duration commandInterval,
            int onRate,
            SessionPolicy sessionPolicy,
            Duration bmcCommandTimeout,
            Duration bmcRetryInterval) {}

    /**
     * Communication with deploy ramdisks, always over TLS: a ramdisk that offers plain HTTP is refused.
     *
     * @param pollInterval how often the state of a running command is polled between heartbeats
     * @param commandTimeout how long a ramdisk may take to answer
     * @param ports the ports on which a ramdisk may accept requests
     * @param intruderLimit how many intrusions end an operation
     * @param tokenByLookup whether a ramdisk gets its token by lookup too
     * @param tls the agent API over TLS; if absent, the HTTP service for nodes serves it
     */
    public record Agent(
            Duration pollInterval,
            Duration commandTimeout,
            PortRange ports,
            int intruderLimit,
            boolean tokenByLookup,
            Optional<AgentTls> tls) {}

    /**
     * The agent API over TLS; paths are absolute.
     *
     * @param listen address to listen on
     * @param url URL by which ramdisks reach it; if absent, it is made from the URL of the HTTP service and the port
     * @param certificate file of the certificate and intermediate ones
     * @param key file of its private key
     * @param authorities file of the CAs that ramdisks trust
     */
    public record AgentTls(ListenAddress listen, Optional<URI> url, Path certificate, Path key, Path authorities) {}

    /**
     * Storage of the inventory.
     *
     * @param database the database; if absent, a file in {@code state_path}
     * @param passwordFile the file with the password of the database user
     * @param key the source of the key of its secrets; if absent, a file in {@code state_path}
     * @param timeout how long one call may wait for the database
     * @param keepOperationsFor how long records of finished operations are kept
     * @param keepOperations the largest number of records of finished operations that are kept
     */
    public record Inventory(
            Optional<Database> database,
            Optional<Path> passwordFile,
            Optional<KeySource> key,
            Duration timeout,
            Duration keepOperationsFor,
            int keepOperations) {}

    /**
     * Notifications of what happens to nodes.
     *
     * @param notificationFile the file that they are written to; if absent, none is written
     * @param notificationFileMaxKb size in KiB at which a new file is begun
     * @param notificationFilesKept how many older files are kept
     */
    public record Events(Optional<Path> notificationFile, int notificationFileMaxKb, int notificationFilesKept) {}

    /**
     * Reads the options of {@code [baremetal]}; {@code state_path}, {@code firewall_driver} and {@code reserved_host_memory_mb}
     * are also looked for in {@code [DEFAULT]}. Logs the {@link #warnings}.
     *
     * @throws org.novametal.driver.error.DriverException {@code CONFIG_INVALID} with every fault, its file and line: values
     *     that cannot be used, missing options, unknown options
     */
    public static BareMetalOptions from(NovaConf conf) {
        ConfReader reader = conf.reader(GROUP);
        BareMetalOptions options = readAll(reader);
        reader.finish();
        warnings(conf).forEach(warning -> LOG.warn("{}", warning));
        return options;
    }

    /**
     * The options with their defaults, for a program without a configuration file.
     *
     * @param statePath the value of {@code state_path}
     * @param dhcpDir the value of {@code dhcp_dir}
     */
    public static BareMetalOptions of(Path statePath, Path dhcpDir) {
        return from(NovaConf.builder()
                .overlay(
                        GROUP,
                        OptionTable.STATE_PATH.name(),
                        statePath.toAbsolutePath().toString())
                .overlay(
                        GROUP,
                        OptionTable.DHCP_DIR.name(),
                        dhcpDir.toAbsolutePath().toString())
                .build());
    }

    /**
     * Warnings about options of the former Nova driver in {@code [baremetal]}: their names, effects or values are obsolete. One
     * text each, with file and line.
     */
    public static List<String> warnings(NovaConf conf) {
        ConfReader reader = conf.reader(GROUP);
        List<String> warnings = new ArrayList<>();
        for (FormerOption former : FormerOption.ALL) {
            if (!conf.keys(GROUP).contains(former.name())) {
                continue;
            }
            String where = reader.origin(former.name()) + ": [" + GROUP + "] " + former.name();
            switch (former.fate()) {
                case FormerOption.Fate.Honoured() -> {}
                case FormerOption.Fate.Alias(String current) -> {
                    warnings.add(
                            where + " is the former name of " + current + "; it still works, but use the new name");
                    if (isUnlimited(former, reader)) {
                        warnings.add(where + " = 0 meant no limit; this driver always has a limit, so the default of "
                                + OptionTable.DEPLOY_CALLBACK_TIMEOUT.shown() + " seconds is used");
                    }
                }
                case FormerOption.Fate.Ignored(String why) ->
                    warnings.add(where + " is an option of the former Nova driver and does nothing: " + why);
            }
        }
        return List.copyOf(warnings);
    }

    private static boolean isUnlimited(FormerOption former, ConfReader reader) {
        return former.name().equals("pxe_deploy_timeout")
                && reader.seconds(former.name())
                        .optional()
                        .filter(Duration::isZero)
                        .isPresent();
    }

    /** Reads all options of {@code [baremetal]}, so that the reader records every fault. */
    public static void check(ConfReader reader) {
        readAll(reader);
    }

    private static BareMetalOptions readAll(ConfReader reader) {
        BareMetalOptions options = read(reader);
        reader.unknownKeys(known());
        return options;
    }

    private static Set<String> known() {
        Set<String> names = new HashSet<>();
        FormerOption.ALL.forEach(former -> names.add(former.name()));
        names.addAll(OptionSection.names(OptionTable.SECTIONS));
        return names;
    }

    private static BareMetalOptions read(ConfReader reader) {
        SharedOptions.COMPUTE_DRIVER.optional(reader);
        SharedOptions.SCHEDULER_HOST_MANAGER.optional(reader);
        SharedOptions.SCHEDULER_CLAIM_TIMEOUT.value(reader);
        OptionTable.FIREWALL_DRIVER.value(reader);
        SharedOptions.RAM_ALLOCATION_RATIO.value(reader);
        Path dhcpDir = OptionTable.DHCP_DIR.value(reader);
        return new BareMetalOptions(
                new Places(
                        OptionTable.STATE_PATH.value(reader),
                        dhcpDir,
                        OptionTable.DHCP_LEASE_FILE.optional(reader).orElse(dhcpDir.resolve("dnsmasq.leases")),
                        OptionTable.CONSOLE_FOLDERS.value(reader),
                        OptionTable.CONSOLE_LOG_MAX_KB.value(reader),
                        OptionTable.BMC_PLUGIN_DIR.optional(reader)),
                dhcp(reader, OptionTable.DHCP_LEASE_FILE.optional(reader).orElse(dhcpDir.resolve("dnsmasq.leases"))),
                new Http(
                        OptionTable.HTTP_LISTEN.value(reader),
                        OptionTable.HTTP_URL.optional(reader),
                        httpLimits(reader)),
                new Images(
                        OptionTable.IMAGE_FOLDERS.value(reader),
                        OptionTable.IMAGE_DOWNLOAD_TIMEOUT.value(reader),
                        OptionTable.IMAGE_CONVERT_TIMEOUT.value(reader),
                        OptionTable.IMAGE_MAX_GB.value(reader),
                        OptionTable.MAX_CONCURRENT_CONVERSIONS.value(reader),
                        OptionTable.IMAGE_DOWNLOAD_RETRIES.value(reader),
                        OptionTable.IMAGE_CACHE_GB.value(reader),
                        OptionTable.IMAGE_DISK_RESERVE_MB.value(reader),
                        OptionTable.IMAGE_CHECKSUM_REQUIRED.value(reader),
                        OptionTable.IMAGE_MD5_ALLOWED.value(reader),
                        GlanceOptionTable.read(reader)),
                new Deploying(
                        OptionTable.DEPLOY_KERNEL.optional(reader),
                        OptionTable.DEPLOY_RAMDISK.optional(reader),
                        OptionTable.KERNEL_APPEND_PARAMS.valueOf(
                                reader, nameInUse(reader, OptionTable.KERNEL_APPEND_PARAMS)),
                        deployCallbackTimeout(reader),
                        OptionTable.BOOT_RETRY_TIMEOUT.value(reader),
                        OptionTable.BOOT_RETRY_AFTER_RESTART.value(reader),
                        OptionTable.STEP_TIMEOUT.value(reader),
                        OptionTable.DEPLOY_FAILED.value(reader)),
                new Cleaning(
                        OptionTable.AUTOMATED_CLEAN.value(reader) ? AutomatedClean.ON : AutomatedClean.OFF,
                        OptionTable.ERASE_DEVICES.value(reader),
                        OptionTable.CLEAN_CALLBACK_TIMEOUT.value(reader)),
                new NodeLimits(
                        OptionTable.VERIFY_TIMEOUT.value(reader),
                        OptionTable.INSPECT_CALLBACK_TIMEOUT.value(reader),
                        OptionTable.RESCUE_CALLBACK_TIMEOUT.value(reader)),
                new Runner(
                        OptionTable.MAX_CONCURRENT_DEPLOYS.value(reader),
                        OptionTable.MAX_CONCURRENT_CLEANS.value(reader),
                        OptionTable.STOP_TIMEOUT.value(reader),
                        OptionTable.NODE_HISTORY_COUNT.value(reader)),
                power(reader),
                new Agent(
                        OptionTable.AGENT_POLL_INTERVAL.value(reader),
                        OptionTable.AGENT_COMMAND_TIMEOUT.value(reader),
                        OptionTable.AGENT_PORTS.value(reader),
                        OptionTable.AGENT_INTRUDER_LIMIT.value(reader),
                        OptionTable.AGENT_TOKEN_BY_LOOKUP.value(reader),
                        agentTls(reader)),
                new Inventory(
                        OptionTable.DATABASE.optional(reader),
                        OptionTable.DATABASE_PASSWORD_FILE.optional(reader),
                        OptionTable.SECRET_KEY.optional(reader),
                        OptionTable.STORE_TIMEOUT.value(reader),
                        OptionTable.OPERATION_KEEP_TIME.value(reader),
                        OptionTable.OPERATION_KEEP_COUNT.value(reader)),
                new Events(
                        OptionTable.NOTIFICATION_FILE.optional(reader),
                        OptionTable.NOTIFICATION_FILE_MAX_KB.value(reader),
                        OptionTable.NOTIFICATION_FILES_KEPT.value(reader)),
                SharedOptions.RESERVED_HOST_MEMORY_MB.value(reader));
    }

    private static Dhcp dhcp(ConfReader reader, Path leases) {
        Duration timeout = OptionTable.DHCP_RELOAD_TIMEOUT.value(reader);
        DnsmasqReloadOptions reload = new DnsmasqReloadOptions(
                OptionTable.DHCP_PID_FILE.optional(reader),
                OptionTable.DHCP_RELOAD_COMMAND.optional(reader),
                OptionTable.DHCP_LOG_FILE.optional(reader),
                Optional.of(leases),
                timeout);
        Optional<String> networkInterface = OptionTable.DHCP_INTERFACE.optional(reader);
        Optional<String> range = OptionTable.DHCP_RANGE.optional(reader);
        ManagedDnsmasqOptions managed = new ManagedDnsmasqOptions(
                networkInterface.orElse("none"),
                range.orElse("192.0.2.1,192.0.2.2"),
                OptionTable.DHCP_LEASE_TIME.value(reader),
                OptionTable.DHCP_ROUTER.optional(reader),
                OptionTable.DHCP_DNS_SERVERS.value(reader),
                OptionTable.DHCP_RA_PREFIX.optional(reader),
                OptionTable.DHCP_TFTP_ROOT.value(reader),
                leases,
                timeout);
        Dhcp.Server server = switch (OptionTable.DHCP_MODE.value(reader)) {
            case FILES -> new Dhcp.Files(reload);
            case MANAGED -> {
                requireForManaged(reader, OptionTable.DHCP_INTERFACE, networkInterface);
                requireForManaged(reader, OptionTable.DHCP_RANGE, range);
                ListenAddress listen = OptionTable.HTTP_LISTEN.value(reader);
                if (listen.reachesOnlyThisMachine()
                        && OptionTable.HTTP_URL.optional(reader).isEmpty()) {
                    reader.problem(
                            OptionTable.DHCP_MODE.name(),
                            "is managed, but nodes behind dhcp_interface cannot reach http_listen, which is " + listen
                                    + "; set it to an address of that interface, or set http_url");
                }
                yield new Dhcp.Managed(managed);
            }
        };
        return new Dhcp(OptionTable.DHCP_LEASE_CHECK_INTERVAL.value(reader), server);
    }

    private static void requireForManaged(ConfReader reader, Option<?> option, Optional<String> value) {
        if (value.isEmpty() && !reader.isSet(option.name())) {
            reader.problem(
                    OptionTable.DHCP_MODE.name(),
                    "is managed, but " + option.name() + " is not set, such as " + option.shown());
        }
    }

    private static HttpLimits httpLimits(ConfReader reader) {
        return new HttpLimits(
                OptionTable.HTTP_MAX_CONNECTIONS.value(reader),
                OptionTable.HTTP_MAX_CONNECTIONS_PER_ADDRESS.value(reader),
                OptionTable.HTTP_MAX_TRANSFERS.value(reader),
                OptionTable.HTTP_MAX_TRANSFERS_PER_ADDRESS.value(reader),
                OptionTable.HTTP_MIN_TRANSFER_RATE_KB.value(reader),
                OptionTable.HTTP_MAX_REQUESTS_PER_SECOND.value(reader),
                OptionTable.HTTP_REQUEST_TIMEOUT.value(reader));
    }

    private static Optional<AgentTls> agentTls(ConfReader reader) {
        Optional<ListenAddress> listen = OptionTable.AGENT_API_LISTEN.optional(reader);
        Optional<URI> url = OptionTable.AGENT_API_URL.optional(reader);
        Optional<Path> certificate = OptionTable.AGENT_API_CERT_FILE.optional(reader);
        Optional<Path> key = OptionTable.AGENT_API_KEY_FILE.optional(reader);
        Optional<Path> authorities = OptionTable.AGENT_API_CA_FILE.optional(reader);
        List<String> files = List.of(
                OptionTable.AGENT_API_CERT_FILE.name(),
                OptionTable.AGENT_API_KEY_FILE.name(),
                OptionTable.AGENT_API_CA_FILE.name());
        List<String> set = files.stream().filter(reader::isSet).toList();
        if (set.isEmpty()) {
            for (Option<?> option : List.of(OptionTable.AGENT_API_LISTEN, OptionTable.AGENT_API_URL)) {
                if (reader.isSet(option.name())) {
                    reader.problem(
                            option.name(),
                            "has no effect without agent_api_cert_file, agent_api_key_file and agent_api_ca_file");
                }
            }
            return Optional.empty();
        }
        files.stream()
                .filter(name -> !reader.isSet(name))
                .forEach(name -> reader.problem(set.getFirst(), "needs " + name + ", which is not set"));
        if (certificate.isEmpty() || key.isEmpty() || authorities.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new AgentTls(
                listen.orElseGet(() ->
                        new ListenAddress(OptionTable.HTTP_LISTEN.value(reader).host(), 0)),
                url,
                certificate.get(),
                key.get(),
                authorities.get()));
    }

    private static Power power(ConfReader reader) {
        Power power = new Power(
                OptionTable.POWER_CHANGE_TIMEOUT.value(reader),
                OptionTable.SOFT_POWER_OFF_TIMEOUT.value(reader),
                OptionTable.POWER_POLL_INTERVAL.value(reader),
                OptionTable.POWER_MISMATCH.value(reader),
                OptionTable.POWER_FORCE_TRIES.value(reader),
                OptionTable.POWER_COMMAND_INTERVAL.value(reader),
                OptionTable.POWER_ON_RATE.value(reader),
                OptionTable.SESSION_POLICY.value(reader),
                OptionTable.BMC_COMMAND_TIMEOUT.value(reader),
                OptionTable.BMC_RETRY_INTERVAL.value(reader));
        if (power.bmcRetryInterval().compareTo(power.bmcCommandTimeout()) >= 0) {
            reader.problem(
                    OptionTable.BMC_RETRY_INTERVAL.name(),
                    power.bmcRetryInterval().toMillis() + " ms is not less than "
                            + OptionTable.BMC_COMMAND_TIMEOUT.name() + ", which is "
                            + power.bmcCommandTimeout().toMillis() + " ms; no request would ever be sent again");
        }
        return power;
    }

    /**
     * The name by which the configuration sets an option: its former or its current name; the current name if it is not set.
     */
    private static String nameInUse(ConfReader reader, Option<?> option) {
        Optional<String> former = FormerOption.formerNameOf(option.name()).filter(reader::isSet);
        if (former.isPresent() && reader.isSet(option.name())) {
            reader.problem(
                    former.get(), "is the former name of " + option.name() + ", which is set too; remove one of them");
            return option.name();
        }
        return former.orElse(option.name());
    }

    private static Duration deployCallbackTimeout(ConfReader reader) {
        Option<Duration> option = OptionTable.DEPLOY_CALLBACK_TIMEOUT;
        String name = nameInUse(reader, option);
        if (name.equals(option.name())) {
            return option.value(reader);
        }
        Duration former = reader.seconds(name).min(Duration.ZERO).orElse(option.fallback());
        return former.isZero() ? option.fallback() : former; // 0 meant "no limit"; warnings() reports it
    }

    /** These options with other paths of files and folders. */
    public BareMetalOptions withPlaces(Places other) {
        return new BareMetalOptions(
                other,
                dhcp,
                http,
                images,
                deploying,
                cleaning,
                nodeLimits,
                runner,
                power,
                agent,
                inventory,
                events,
                reservedHostMemoryMb);
    }

    /** These options with others for DHCP. */
    public BareMetalOptions withDhcp(Dhcp other) {
        return new BareMetalOptions(
                places,
                other,
                http,
                images,
                deploying,
                cleaning,
                nodeLimits,
                runner,
                power,
                agent,
                inventory,
                events,
                reservedHostMemoryMb);
    }

    /** These options with other options of the HTTP service. */
    public BareMetalOptions withHttp(Http other) {
        return new BareMetalOptions(
                places,
                dhcp,
                other,
                images,
                deploying,
                cleaning,
                nodeLimits,
                runner,
                power,
                agent,
                inventory,
                events,
                reservedHostMemoryMb);
    }

    /** These options with other options for images. */
    public BareMetalOptions withImages(Images other) {
        return new BareMetalOptions(
                places,
                dhcp,
                http,
                other,
                deploying,
                cleaning,
                nodeLimits,
                runner,
                power,
                agent,
                inventory,
                events,
                reservedHostMemoryMb);
    }

    /** These options with other options for deploying. */
    public BareMetalOptions withDeploying(Deploying other) {
        return new BareMetalOptions(
                places,
                dhcp,
                http,
                images,
                other,
                cleaning,
                nodeLimits,
                runner,
                power,
                agent,
                inventory,
                events,
                reservedHostMemoryMb);
    }

    /** These options with other options for cleaning. */
    public BareMetalOptions withCleaning(Cleaning other) {
        return new BareMetalOptions(
                places,
                dhcp,
                http,
                images,
                deploying,
                other,
                nodeLimits,
                runner,
                power,
                agent,
                inventory,
                events,
                reservedHostMemoryMb);
    }

    /** These options with other options for power. */
    public BareMetalOptions withPower(Power other) {
        return new BareMetalOptions(
                places,
                dhcp,
                http,
                images,
                deploying,
                cleaning,
                nodeLimits,
                runner,
                other,
                agent,
                inventory,
                events,
                reservedHostMemoryMb);
    }

    /** These options with other options for deploy ramdisks. */
    public BareMetalOptions withAgent(Agent other) {
        return new BareMetalOptions(
                places,
                dhcp,
                http,
                images,
                deploying,
                cleaning,
                nodeLimits,
                runner,
                power,
                other,
                inventory,
                events,
                reservedHostMemoryMb);
    }

    /** These options with other options for the inventory. */
    public BareMetalOptions withInventory(Inventory other) {
        return new BareMetalOptions(
                places,
                dhcp,
                http,
                images,
                deploying,
                cleaning,
                nodeLimits,
                runner,
                power,
                agent,
                other,
                events,
                reservedHostMemoryMb);
    }

    /** These options with other options for notifications. */
    public BareMetalOptions withEvents(Events other) {
        return new BareMetalOptions(
                places,
                dhcp,
                http,
                images,
                deploying,
                cleaning,
                nodeLimits,
                runner,
                power,
                agent,
                inventory,
                other,
                reservedHostMemoryMb);
    }

    /** These options with another amount of reserved memory, MiB. */
    public BareMetalOptions withReservedHostMemoryMb(int other) {
        return new BareMetalOptions(
                places,
                dhcp,
                http,
                images,
                deploying,
                cleaning,
                nodeLimits,
                runner,
                power,
                agent,
                inventory,
                events,
                other);
    }
}
