package org.novametal.baremetal.config;

import com.google.common.base.Splitter;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.novametal.agent.PortRange;
import org.novametal.baremetal.operation.OnFailure;
import org.novametal.baremetal.power.PowerMismatch;
import org.novametal.baremetal.step.clean.EraseDisks.Extent;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.dhcp.ManagedDnsmasqOptions;
import org.novametal.driver.config.Option;
import org.novametal.driver.config.Option.Need;
import org.novametal.driver.config.Option.Places;
import org.novametal.driver.config.OptionSection;
import org.novametal.driver.config.SharedOptions;
import org.novametal.driver.config.Texts;

/** The table of the options of {@code [baremetal]}: names, types, defaults, ranges, meanings. */
final class OptionTable {
    // ---- the compute host, beside SharedOptions

    static final Option<String> FIREWALL_DRIVER = new Option<>(
                    "firewall_driver",
                    "a class name",
                    new Need.Default<>("nova.virt.firewall.NoopFirewallDriver"),
                    Places.OURS,
                    "A host cannot filter a bare-metal machine's network traffic, so only NoopFirewallDriver is accepted.",
                    (reader, key) -> reader.string(key)
                            .check(
                                    OptionTable::isNoop,
                                    "cannot be used: the traffic of a bare-metal machine does not pass through"
                                            + " this host, so its rules would have no effect; write"
                                            + " nova.virt.firewall.NoopFirewallDriver and filter in the network"),
                    value -> value)
            .alsoInDefault();

    // ---- places

    static final Option<Path> STATE_PATH = Option.folder(
                    "state_path",
                    "/var/lib/nova-metal",
                    "The folder of the inventory, the key of its secrets, images and console logs.")
            .alsoInDefault();

    static final Option<Path> DHCP_DIR = Option.folder(
            "dhcp_dir",
            "/var/lib/nova-metal/dhcp",
            "The folder of the files for dnsmasq, in its folders hosts (--dhcp-hostsdir) and opts (--dhcp-optsdir).");

    static final Option<Path> DHCP_LEASE_FILE = path(
            "dhcp_lease_file",
            "/var/lib/misc/dnsmasq.leases",
            "The file of dnsmasq's leases (--dhcp-leasefile): a node's boot script goes only to the address leased to its"
                    + " MAC. Not set: dnsmasq.leases in dhcp_dir.");

    // ---- DHCP

    static final Option<DhcpMode> DHCP_MODE = Option.choice(
            "dhcp_mode",
            List.of(DhcpMode.values()),
            DhcpMode.FILES,
            OptionTable::lowerCase,
            "Whether the driver only writes files for a dnsmasq that others run, or runs and supervises one itself.");

    static final Option<Duration> DHCP_LEASE_CHECK_INTERVAL = Option.seconds(
            "dhcp_lease_check_interval",
            "0",
            "30",
            "How often the leases of instances are compared with the addresses they must have. 0: never.");

    static final Option<Path> DHCP_PID_FILE = path(
            "dhcp_pid_file",
            "/run/dnsmasq/dnsmasq.pid",
            "The pid file of dnsmasq, which is sent SIGHUP after each change. Not set: dnsmasq.pid in dhcp_dir, if there is"
                    + " one.");

    static final Option<String> DHCP_RELOAD_COMMAND = new Option<>(
            "dhcp_reload_command",
            "a shell command",
            new Need.None<>("systemctl reload dnsmasq"),
            Places.OURS,
            "A command that makes dnsmasq read its files again, run after each change instead of sending SIGHUP; exit code 0"
                    + " means that it did. dhcp_pid_file then has no effect.",
            (reader, key) -> reader.string(key)
                    .check(
                            text -> !text.isBlank() && text.chars().noneMatch(Character::isISOControl),
                            "is blank or holds a line break or control character"),
            value -> value);

    static final Option<Path> DHCP_LOG_FILE = path(
            "dhcp_log_file",
            "/var/log/dnsmasq.log",
            "The log file of dnsmasq, which proves that it has read a change. Not set: dnsmasq.log in dhcp_dir, if there is"
                    + " one; without a log it is only checked that dnsmasq still runs.");

    static final Option<Duration> DHCP_RELOAD_TIMEOUT = Option.seconds(
            "dhcp_reload_timeout", "1", "10", "How long dnsmasq may take to start, or to read its files again.");

    static final Option<String> DHCP_INTERFACE = dhcpPart(
            "dhcp_interface",
            "the name of a network interface",
            "eth1",
            "The network interface of the provisioning network. Needed for dhcp_mode = managed.",
            ManagedDnsmasqOptions::requireInterface);

    static final Option<String> DHCP_RANGE = dhcpPart(
            "dhcp_range",
            "two IPv4 addresses and a netmask",
            "10.0.0.50,10.0.0.250,255.255.255.0",
            "The addresses that machines get while they are deployed and cleaned, and instances without a fixed address:"
                    + " first, last, and the netmask if it is not that of the interface. Needed for dhcp_mode = managed.",
            ManagedDnsmasqOptions::requireRange);

    static final Option<Duration> DHCP_LEASE_TIME =
            Option.seconds("dhcp_lease_time", "120", "3600", "How long a lease is valid; for dhcp_mode = managed.");

    static final Option<String> DHCP_ROUTER = dhcpPart(
            "dhcp_router",
            "an IPv4 address",
            "10.0.0.1",
            "The router that machines are given; for dhcp_mode = managed. Not set: none.",
            ManagedDnsmasqOptions::requireIpv4);

    static final Option<List<String>> DHCP_DNS_SERVERS = new Option<>(
            "dhcp_dns_servers",
            "IPv4 addresses, separated by commas",
            new Need.Default<>(List.of()),
            Places.OURS,
            "The DNS servers that machines are given; for dhcp_mode = managed. None: none.",
            (reader, key) -> reader.converted(key, List.of(), OptionTable::dnsServers),
            value -> String.join(",", value));

    static final Option<String> DHCP_RA_PREFIX = dhcpPart(
            "dhcp_ra_prefix",
            "an IPv6 network of the interface",
            "fd00:77::",
            "The IPv6 prefix of the interface that router advertisements announce; for dhcp_mode = managed. iPXE waits"
                    + " seconds for one. Not set: none are sent.",
            ManagedDnsmasqOptions::requirePrefix);

    static final Option<Path> DHCP_TFTP_ROOT = new Option<>(
            "dhcp_tftp_root",
            "an absolute path",
            new Need.Default<>(Path.of("/usr/lib/ipxe")),
            Places.OURS,
            "The folder with undionly.kpxe and snponly.efi for firmware that is not iPXE; for dhcp_mode = managed.",
            (reader, key) -> reader.converted(key, Path.of("/"), Texts::absolute),
            Path::toString);

    // ---- consoles and plug-ins

    static final Option<List<Path>> CONSOLE_FOLDERS = Option.folders(
            "console_folders",
            "The folders in which console logs written by other programs may lie. None: no such log is shown.");

    static final Option<Integer> CONSOLE_LOG_MAX_KB = Option.integer(
            "console_log_max_kb",
            1,
            1024,
            "The size, in KiB, at which the driver begins a new console log for a node with console_log = sol; the previous"
                    + " log is kept, so at most twice that size is on disk.");

    static final Option<Path> BMC_PLUGIN_DIR = path(
            "bmc_plugin_dir",
            "/usr/lib/nova-metal/bmc",
            "The folder of plug-ins for further kinds of BMC: each jar in it, or folder of jars, is a plug-in. Not set: none.");

    // ---- HTTP

    static final Option<ListenAddress> HTTP_LISTEN = Option.of(
            "http_listen",
            "host:port",
            new Need.Default<>(new ListenAddress("127.0.0.1", 0)),
            "The address that serves boot scripts, images and the agent API. Port 0: a free one is chosen once and kept.",
            new ListenAddress("127.0.0.1", 0),
            ListenAddress::parse,
            ListenAddress::toString);

    static final Option<URI> HTTP_URL = Option.of(
            "http_url",
            "an http or https URL",
            new Need.None<>("http://10.0.0.1:8080"),
            "The URL by which nodes reach http_listen. Not set: the address it listens on.",
            URI.create("http://none.invalid"),
            Texts::httpUrl,
            URI::toString);

    static final Option<Integer> HTTP_MAX_CONNECTIONS = Option.integer(
            "http_max_connections",
            1,
            5000,
            "How many connections to http_listen are open at once. At the limit a new one replaces the oldest one of an address"
                    + " without a DHCP lease.");

    static final Option<Integer> HTTP_MAX_CONNECTIONS_PER_ADDRESS = Option.integer(
            "http_max_connections_per_address",
            1,
            200,
            "How many of them may come from one address. At the limit a new one replaces its oldest one.");

    static final Option<Integer> HTTP_MAX_TRANSFERS = Option.integer(
            "http_max_transfers",
            1,
            500,
            "How many files (kernels, ramdisks, images) are sent at once; each takes 64 KiB of memory. At the limit a node"
                    + " must ask again.");

    static final Option<Integer> HTTP_MAX_TRANSFERS_PER_ADDRESS =
            Option.integer("http_max_transfers_per_address", 1, 32, "How many of them may go to one address.");

    static final Option<Integer> HTTP_MIN_TRANSFER_RATE_KB = Option.integer(
            "http_min_transfer_rate_kb",
            1,
            16,
            "The least rate, in KiB per second over a minute, at which a client must read a file; a slower transfer is cut.");

    static final Option<Integer> HTTP_MAX_REQUESTS_PER_SECOND = Option.integer(
            "http_max_requests_per_second",
            1,
            100,
            "How many requests per second of one address are answered; further ones are refused with 429.");

    static final Option<Duration> HTTP_REQUEST_TIMEOUT = Option.seconds(
            "http_request_timeout",
            "1",
            "30",
            "How long the header of a request, and its body, may each take to arrive.");

    // ---- images

    static final Option<List<Path>> IMAGE_FOLDERS = Option.folders(
            "image_folders", "The folders from which file: images may come. None: no such image is accepted.");

    static final Option<Duration> IMAGE_DOWNLOAD_TIMEOUT =
            Option.seconds("image_download_timeout", "1", "3600", "How long one download of an image may take in all.");

    static final Option<Duration> IMAGE_CONVERT_TIMEOUT = Option.seconds(
            "image_convert_timeout",
            "1",
            "3600",
            "How long one conversion to raw may take; the wait for other conversions does not count.");

    static final Option<Integer> IMAGE_MAX_GB = Option.integer(
            "image_max_gb", 1, 100, "The largest image that is accepted, in GiB, as downloaded and as raw disk.");

    static final Option<Integer> MAX_CONCURRENT_CONVERSIONS = Option.integer(
            "max_concurrent_conversions",
            1,
            2,
            "How many conversions run at once; each takes a processor and a disk. Further ones wait, in order.");

    static final Option<Integer> IMAGE_DOWNLOAD_RETRIES = Option.integer(
            "image_download_retries",
            0,
            5,
            "How often in a row a download without progress is tried again, after a cut connection, silence, or an answer such"
                    + " as 503; within image_download_timeout.");

    static final Option<Integer> IMAGE_CACHE_GB = Option.integer(
            "image_cache_gb",
            1,
            200,
            "The size of the image cache, in GiB; less than image_max_gb limits images too. Images that no operation uses are"
                    + " deleted to make room.");

    static final Option<Integer> IMAGE_DISK_RESERVE_MB = Option.integer(
            "image_disk_reserve_mb",
            0,
            1024,
            "How much space images leave free on the disk of state_path, in MiB; at most a tenth of the disk.");

    static final Option<Boolean> IMAGE_CHECKSUM_REQUIRED = Option.bool(
            "image_checksum_required",
            false,
            "Whether an image without a SHA-256 or SHA-512 checksum is refused; else it is accepted with a warning.");

    static final Option<Boolean> IMAGE_MD5_ALLOWED = Option.bool(
            "image_md5_allowed",
            false,
            "Whether an MD5, the only digest of some old images of Glance, counts as a checksum. It shows damage, but no forgery.");

    // ---- deploying

    static final Option<BootFile> DEPLOY_KERNEL = bootFile("deploy_kernel", "ironic-agent.kernel", "kernel");

    static final Option<BootFile> DEPLOY_RAMDISK =
            bootFile("deploy_ramdisk", "ironic-agent.initramfs", "initial ramdisk");

    static final Option<String> KERNEL_APPEND_PARAMS = new Option<>(
            "kernel_append_params",
            "a text",
            new Need.Default<>("nofb nomodeset vga=normal console=tty0 console=ttyS0,115200n8"),
            Places.OURS,
            "Further kernel parameters of the deploy ramdisk. The default prints to the screen and to the first serial port,"
                    + " where console logs are recorded.",
            (reader, key) -> reader.string(key)
                    .check(
                            text -> text.chars().noneMatch(Character::isISOControl),
                            "holds a line break or control character"),
            value -> value);

    static final Option<Integer> MAX_CONCURRENT_DEPLOYS = Option.integer(
            "max_concurrent_deploys",
            0,
            0,
            "How many deployments and rebuilds run at once; further ones wait, in the order of their creation. 0: any number;"
                    + " power_on_rate limits the inrush current nevertheless, and http_max_transfers the load of images.");

    static final Option<Integer> MAX_CONCURRENT_CLEANS = Option.integer(
            "max_concurrent_cleans",
            0,
            0,
            "How many cleanings run at once; further ones wait, in the order of their creation. 0: any number.");

    static final Option<Duration> DEPLOY_CALLBACK_TIMEOUT = Option.seconds(
            "deploy_callback_timeout", "1", "1800", "How long a node that is being deployed may take to call back.");

    static final Option<Duration> BOOT_RETRY_TIMEOUT = Option.seconds(
            "boot_retry_timeout",
            "0",
            "900",
            "How long a node that was switched on to boot the deploy ramdisk may send nothing before it is booted once"
                    + " more; if not less than the callback timeout, half of that counts. 0: never.");

    static final Option<Duration> BOOT_RETRY_AFTER_RESTART = Option.seconds(
            "boot_retry_after_restart",
            "0",
            "60",
            "How long, after a restart of this host, such a node may request no boot script before it is booted once more: its"
                    + " boot may have failed while this host was down. 0: as without a restart.");

    static final Option<Duration> STEP_TIMEOUT =
            Option.seconds("step_timeout", "1", "3600", "How long any other step of an operation may take.");

    static final Option<OnFailure> DEPLOY_FAILED = Option.choice(
            "deploy_failed",
            List.of(OnFailure.values()),
            OnFailure.UNDO,
            OnFailure::persistedName,
            "What happens to the machine when a deployment or rebuild fails: it is undone at once, or kept, powered and"
                    + " untouched, until an operator has it undone or its instance is deleted. A compute service deletes a"
                    + " failed instance by itself.");

    // ---- cleaning

    static final Option<Boolean> AUTOMATED_CLEAN =
            Option.bool("automated_clean", true, "Whether a node is cleaned after its instance was deleted.");

    static final Option<Extent> ERASE_DEVICES = Option.choice(
            "erase_devices",
            List.of(Extent.values()),
            Extent.METADATA,
            OptionTable::lowerCase,
            "What cleaning erases: partition tables and signatures, or all of each disk, which may take hours.");

    static final Option<Duration> CLEAN_CALLBACK_TIMEOUT = Option.seconds(
            "clean_callback_timeout", "1", "1800", "How long a node that is being cleaned may take to call back.");

    // ---- verification, inspection, rescue

    static final Option<Duration> VERIFY_TIMEOUT = Option.seconds(
            "verify_timeout",
            "1",
            "60",
            "How long each check of a new node's BMC may take: a BMC that does not answer is asked again until then.");

    static final Option<Duration> INSPECT_CALLBACK_TIMEOUT = Option.seconds(
            "inspect_callback_timeout", "1", "1800", "How long a node that is being inspected may take to call back.");

    static final Option<Duration> RESCUE_CALLBACK_TIMEOUT = Option.seconds(
            "rescue_callback_timeout", "1", "1800", "How long a node that is being rescued may take to call back.");

    // ---- power

    static final Option<Duration> POWER_CHANGE_TIMEOUT = Option.seconds(
            "power_change_timeout", "1", "60", "How long a machine may take to be on or off after a power command.");

    static final Option<Duration> SOFT_POWER_OFF_TIMEOUT = Option.seconds(
            "soft_power_off_timeout",
            "1",
            "60",
            "How long an operating system may take to shut down before its machine is switched off hard.");

    static final Option<Duration> POWER_POLL_INTERVAL = Option.seconds(
            "power_poll_interval",
            "0",
            "30",
            "How often the power of all nodes is read. 0: only on request; a BMC then ends"
                    + " its idle session after a minute.");

    static final Option<PowerMismatch> POWER_MISMATCH = Option.choice(
            "power_mismatch",
            List.of(PowerMismatch.values()),
            PowerMismatch.FOLLOW,
            PowerMismatch::configuredName,
            "What is done when a machine was switched by somebody else: its power is recorded, or it is switched back.");

    static final Option<Integer> POWER_FORCE_TRIES = Option.integer(
            "power_force_tries",
            1,
            3,
            "How often in a row a machine is switched back before its node is put into maintenance.");

    static final Option<Duration> POWER_COMMAND_INTERVAL = Option.seconds(
            "power_command_interval",
            "0",
            "2",
            "The least time between two power commands to one machine, unless the first one is seen to be done.");

    static final Option<Integer> POWER_ON_RATE = Option.integer(
            "power_on_rate",
            0,
            10,
            "How many machines of one power group are switched on per second, to limit the inrush current. Nodes without"
                    + " a group are not limited. 0: any number.");

    static final Option<SessionPolicy> SESSION_POLICY = Option.choice(
            "session_policy",
            List.of(SessionPolicy.values()),
            SessionPolicy.KEEP,
            OptionTable::lowerCase,
            "Whether a session with a BMC is kept for the next call or closed; a node may have its own policy.");

    static final Option<Duration> BMC_COMMAND_TIMEOUT =
            Option.seconds("bmc_command_timeout", "0.1", "10", "How long one call to a BMC may take in all.");

    static final Option<Duration> BMC_RETRY_INTERVAL = Option.seconds(
            "bmc_retry_interval",
            "0.01",
            "0.5",
            "How long to wait for a BMC's answer before the request is sent again.");

    // ---- the deploy ramdisk

    static final Option<Duration> AGENT_POLL_INTERVAL = Option.seconds(
            "agent_poll_interval",
            "0.1",
            "10",
            "How often the state of a running command is polled between heartbeats.");

    static final Option<Duration> AGENT_COMMAND_TIMEOUT = Option.seconds(
            "agent_command_timeout", "1", "60", "How long a deploy ramdisk may take to answer a request.");

    static final Option<PortRange> AGENT_PORTS = Option.of(
            "agent_ports",
            "a port or a range of ports",
            new Need.Default<>(PortRange.OF_AGENTS),
            "The ports on which a deploy ramdisk may accept requests, at the address that its heartbeats come from.",
            PortRange.OF_AGENTS,
            PortRange::parse,
            PortRange::toString);

    static final Option<Integer> AGENT_INTRUDER_LIMIT = Option.integer(
            "agent_intruder_limit",
            1,
            3,
            "How often somebody else may act as the deploy ramdisk of a node before the operation on the node fails; before"
                    + " that, the machine is booted again.");

    static final Option<Boolean> AGENT_TOKEN_BY_LOOKUP = Option.bool(
            "agent_token_by_lookup",
            false,
            "Whether a deploy ramdisk gets its token by lookup too, until its first heartbeat: only for agents too old for"
                    + " the kernel parameter ipa-agent-token. The driver warns when it is on.");

    static final Option<ListenAddress> AGENT_API_LISTEN = Option.of(
            "agent_api_listen",
            "host:port",
            new Need.None<>("10.0.0.1:6385"),
            "The address that serves the agent API and images over TLS; needs the three files below. Not set: the host of"
                    + " http_listen. Port 0, or not set: a free one is chosen once and kept.",
            new ListenAddress("127.0.0.1", 0),
            ListenAddress::parse,
            ListenAddress::toString);

    static final Option<URI> AGENT_API_URL = Option.of(
            "agent_api_url",
            "an https URL",
            new Need.None<>("https://10.0.0.1:6385"),
            "The URL by which deploy ramdisks reach agent_api_listen. Not set: the host of http_url, or the address it"
                    + " listens on.",
            URI.create("https://none.invalid"),
            OptionTable::httpsUrl,
            URI::toString);

    static final Option<Path> AGENT_API_CERT_FILE = path(
            "agent_api_cert_file",
            "/etc/nova-metal/agent-api.pem",
            "The certificate of the agent API, in PEM, with the intermediate ones after it; it must name the host of"
                    + " agent_api_url. Not set: the agent API is served by http_listen, without TLS.");

    static final Option<Path> AGENT_API_KEY_FILE = path(
            "agent_api_key_file",
            "/etc/nova-metal/agent-api.key",
            "The private key of agent_api_cert_file: PEM, PKCS #8, not encrypted, not readable by every user.");

    static final Option<Path> AGENT_API_CA_FILE = path(
            "agent_api_ca_file",
            "/etc/nova-metal/agent-api-ca.pem",
            "The certificates, in PEM, of the CAs that deploy ramdisks trust for agent_api_url. They are delivered with the"
                    + " boot script, as a further initial ramdisk.");

    // ---- the store

    static final Option<Database> DATABASE = Option.of(
            "database",
            "an absolute path or a postgresql URL",
            new Need.None<>("postgresql://nova@db.example:5432/inventory"),
            "The database of the inventory: an SQLite file, or postgresql://user@host:port/name. Not set: nova-metal.db in"
                    + " state_path.",
            new Database.InFile(Path.of("/")),
            Database::parse,
            Database::toString);

    static final Option<Path> DATABASE_PASSWORD_FILE = path(
            "database_password_file",
            "/etc/nova-metal/database.password",
            "The file that holds the password of the database's user. Not set: the environment variable"
                    + " NOVA_METAL_DATABASE_PASSWORD, or no password.");

    static final Option<KeySource> SECRET_KEY = new Option<>(
            "secret_key",
            "file:/path, env:NAME or command:COMMAND",
            new Need.None<>("env:NOVA_METAL_KEY"),
            Places.OURS,
            "Where the key of the inventory's secrets is: a file (made at the first start), an environment variable, or a"
                    + " shell command that prints it within store_timeout; as text it is 64 hexadecimal digits, or 32 bytes in"
                    + " Base64. Not set: secret.key in state_path.",
            (reader, key) -> reader.convertedSecret(key, new KeySource.InFile(Path.of("/")), KeySource::parse),
            KeySource::toString);

    static final Option<Duration> STORE_TIMEOUT =
            Option.seconds("store_timeout", "0.1", "30", "How long one call may wait for the inventory's database.");

    static final Option<Duration> OPERATION_KEEP_TIME = Option.seconds(
            "operation_keep_time",
            "0",
            "2592000",
            "How long the record of a finished operation is kept. That of the newest operation of an"
                    + " instance that holds a node is always kept.");

    static final Option<Integer> OPERATION_KEEP_COUNT = Option.integer(
            "operation_keep_count", 0, 100_000, "How many records of finished operations are kept at most.");

    static final Option<Duration> STOP_TIMEOUT = Option.seconds(
            "stop_timeout",
            "0",
            "5",
            "How long running steps of operations may take to end when the host stops; then they are interrupted. Operations"
                    + " go on at the next start.");

    static final Option<Integer> NODE_HISTORY_COUNT = Option.integer(
            "node_history_count",
            1,
            200,
            "How many entries the history of a node has at most; older ones are deleted. A deployment has about twenty.");
    // ---- events

    static final Option<Path> NOTIFICATION_FILE = path(
            "notification_file",
            "/var/log/nova-metal/notifications.json",
            "The file of notifications in the form of Ironic's, one a line as JSON. Its folder must exist. Not set: none is"
                    + " written.");

    static final Option<Integer> NOTIFICATION_FILE_MAX_KB = Option.integer(
            "notification_file_max_kb",
            1,
            10_240,
            "The size, in KiB, at which notification_file becomes notification_file.1 and a new one is begun.");

    static final Option<Integer> NOTIFICATION_FILES_KEPT =
            Option.integer("notification_files_kept", 0, 5, "How many older files of notifications are kept.");

    /** All options, in the order of the sample. */
    static final List<OptionSection> SECTIONS = List.of(
            new OptionSection(
                    "The compute host",
                    List.of(
                            SharedOptions.COMPUTE_DRIVER,
                            FIREWALL_DRIVER,
                            SharedOptions.SCHEDULER_HOST_MANAGER,
                            SharedOptions.SCHEDULER_CLAIM_TIMEOUT,
                            SharedOptions.RAM_ALLOCATION_RATIO,
                            SharedOptions.RESERVED_HOST_MEMORY_MB)),
            new OptionSection(
                    "Places",
                    List.of(
                            STATE_PATH,
                            DHCP_DIR,
                            DHCP_LEASE_FILE,
                            CONSOLE_FOLDERS,
                            CONSOLE_LOG_MAX_KB,
                            BMC_PLUGIN_DIR)),
            new OptionSection(
                    "DHCP",
                    List.of(
                            DHCP_MODE,
                            DHCP_LEASE_CHECK_INTERVAL,
                            DHCP_PID_FILE,
                            DHCP_RELOAD_COMMAND,
                            DHCP_LOG_FILE,
                            DHCP_RELOAD_TIMEOUT,
                            DHCP_INTERFACE,
                            DHCP_RANGE,
                            DHCP_LEASE_TIME,
                            DHCP_ROUTER,
                            DHCP_DNS_SERVERS,
                            DHCP_RA_PREFIX,
                            DHCP_TFTP_ROOT)),
            new OptionSection(
                    "HTTP",
                    List.of(
                            HTTP_LISTEN,
                            HTTP_URL,
                            HTTP_MAX_CONNECTIONS,
                            HTTP_MAX_CONNECTIONS_PER_ADDRESS,
                            HTTP_MAX_TRANSFERS,
                            HTTP_MAX_TRANSFERS_PER_ADDRESS,
                            HTTP_MIN_TRANSFER_RATE_KB,
                            HTTP_MAX_REQUESTS_PER_SECOND,
                            HTTP_REQUEST_TIMEOUT)),
            new OptionSection(
                    "Images",
                    List.of(
                            IMAGE_FOLDERS,
                            IMAGE_DOWNLOAD_TIMEOUT,
                            IMAGE_CONVERT_TIMEOUT,
                            IMAGE_MAX_GB,
                            MAX_CONCURRENT_CONVERSIONS,
                            IMAGE_DOWNLOAD_RETRIES,
                            IMAGE_CACHE_GB,
                            IMAGE_DISK_RESERVE_MB,
                            IMAGE_CHECKSUM_REQUIRED,
                            IMAGE_MD5_ALLOWED)),
            new OptionSection(
                    "Deploying",
                    List.of(
                            DEPLOY_KERNEL,
                            DEPLOY_RAMDISK,
                            KERNEL_APPEND_PARAMS,
                            MAX_CONCURRENT_DEPLOYS,
                            DEPLOY_CALLBACK_TIMEOUT,
                            BOOT_RETRY_TIMEOUT,
                            BOOT_RETRY_AFTER_RESTART,
                            STEP_TIMEOUT,
                            DEPLOY_FAILED)),
            new OptionSection(
                    "Cleaning", List.of(AUTOMATED_CLEAN, ERASE_DEVICES, MAX_CONCURRENT_CLEANS, CLEAN_CALLBACK_TIMEOUT)),
            new OptionSection(
                    "Verification, inspection and rescue",
                    List.of(VERIFY_TIMEOUT, INSPECT_CALLBACK_TIMEOUT, RESCUE_CALLBACK_TIMEOUT)),
            new OptionSection(
                    "Power",
                    List.of(
                            POWER_CHANGE_TIMEOUT,
                            SOFT_POWER_OFF_TIMEOUT,
                            POWER_POLL_INTERVAL,
                            POWER_MISMATCH,
                            POWER_FORCE_TRIES,
                            POWER_COMMAND_INTERVAL,
                            POWER_ON_RATE,
                            SESSION_POLICY,
                            BMC_COMMAND_TIMEOUT,
                            BMC_RETRY_INTERVAL)),
            new OptionSection(
                    "The deploy ramdisk's agent",
                    List.of(
                            AGENT_POLL_INTERVAL,
                            AGENT_COMMAND_TIMEOUT,
                            AGENT_PORTS,
                            AGENT_INTRUDER_LIMIT,
                            AGENT_TOKEN_BY_LOOKUP,
                            AGENT_API_LISTEN,
                            AGENT_API_URL,
                            AGENT_API_CERT_FILE,
                            AGENT_API_KEY_FILE,
                            AGENT_API_CA_FILE)),
            new OptionSection(
                    "The inventory",
                    List.of(
                            DATABASE,
                            DATABASE_PASSWORD_FILE,
                            SECRET_KEY,
                            STORE_TIMEOUT,
                            OPERATION_KEEP_TIME,
                            OPERATION_KEEP_COUNT,
                            NODE_HISTORY_COUNT,
                            STOP_TIMEOUT)),
            new OptionSection("Events", List.of(NOTIFICATION_FILE, NOTIFICATION_FILE_MAX_KB, NOTIFICATION_FILES_KEPT)));

    private OptionTable() {}

    private static URI httpsUrl(String text) {
        URI url = Texts.httpUrl(text);
        if (!"https".equals(url.getScheme())) {
            throw new IllegalArgumentException("is not an https URL");
        }
        return url;
    }

    private static boolean isNoop(String className) {
        return className.substring(className.lastIndexOf('.') + 1).equals("NoopFirewallDriver");
    }

    /** An optional file or folder. */
    private static Option<Path> path(String name, String example, String help) {
        return Option.of(
                name,
                "an absolute path",
                new Need.None<>(example),
                help,
                Path.of("/"),
                Texts::absolute,
                Path::toString);
    }

    /** An optional part of the configuration of a managed dnsmasq. */
    private static Option<String> dhcpPart(
            String name, String kind, String example, String help, UnaryOperator<String> parser) {
        return Option.of(name, kind, new Need.None<>(example), help, example, parser, value -> value);
    }

    private static List<String> dnsServers(String text) {
        return Splitter.on(',')
                .trimResults()
                .omitEmptyStrings()
                .splitToStream(text)
                .map(ManagedDnsmasqOptions::requireIpv4)
                .toList();
    }

    private static Option<BootFile> bootFile(String name, String file, String what) {
        return Option.of(
                name,
                "an http(s) URL or an absolute path",
                new Need.None<>("/var/lib/nova-metal/boot/" + file),
                "The deploy ramdisk's " + what + "; a file is served by the driver. Needed for every deployment and"
                        + " cleaning.",
                new BootFile.Local(Path.of("/")),
                BootFile::parse,
                BootFile::location);
    }

    /** The configured text of an enum value of another package. */
    private static String lowerCase(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
