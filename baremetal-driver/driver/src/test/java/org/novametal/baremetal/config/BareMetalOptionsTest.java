package org.novametal.baremetal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.novametal.agent.PortRange;
import org.novametal.baremetal.operation.OnFailure;
import org.novametal.baremetal.power.PowerMismatch;
import org.novametal.baremetal.step.clean.EraseDisks.Extent;
import org.novametal.bmc.BmcOptions.SessionPolicy;
import org.novametal.dhcp.DnsmasqReloadOptions;
import org.novametal.dhcp.ManagedDnsmasqOptions;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

class BareMetalOptionsTest {
    private static final String NEEDED = "state_path = /var/lib/metal\ndhcp_dir = /var/lib/metal/dhcp\n";

    private static NovaConf conf(String text) {
        return NovaConf.builder().text("nova.conf", text).build();
    }

    private static BareMetalOptions options(String lines) {
        return BareMetalOptions.from(conf("[baremetal]\n" + NEEDED + lines));
    }

    private static ThrowableAssertAlternative<DriverException> refused(String text) {
        return assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> BareMetalOptions.from(conf(text)))
                .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CONFIG_INVALID));
    }

    private static ThrowableAssertAlternative<DriverException> refusedLine(String line) {
        return refused("[baremetal]\n" + NEEDED + line + "\n").withMessageContaining("nova.conf:4: [baremetal] ");
    }

    @Test
    void whatIsNotSetHasTheDocumentedDefaults() {
        assertThat(options(""))
                .isEqualTo(new BareMetalOptions(
                        new BareMetalOptions.Places(
                                Path.of("/var/lib/metal"),
                                Path.of("/var/lib/metal/dhcp"),
                                Path.of("/var/lib/metal/dhcp/dnsmasq.leases"),
                                List.of(),
                                1024,
                                Optional.empty()),
                        new BareMetalOptions.Dhcp(
                                Duration.ofSeconds(30),
                                new BareMetalOptions.Dhcp.Files(new DnsmasqReloadOptions(
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.empty(),
                                        Optional.of(Path.of("/var/lib/metal/dhcp/dnsmasq.leases")),
                                        Duration.ofSeconds(10)))),
                        new BareMetalOptions.Http(
                                new ListenAddress("127.0.0.1", 0),
                                Optional.empty(),
                                new BareMetalOptions.HttpLimits(5000, 200, 500, 32, 16, 100, Duration.ofSeconds(30))),
                        new BareMetalOptions.Images(
                                List.of(),
                                Duration.ofHours(1),
                                Duration.ofHours(1),
                                100,
                                2,
                                5,
                                200,
                                1024,
                                false,
                                false,
                                Optional.empty()),
                        new BareMetalOptions.Deploying(
                                Optional.empty(),
                                Optional.empty(),
                                "nofb nomodeset vga=normal console=tty0 console=ttyS0,115200n8",
                                Duration.ofMinutes(30),
                                Duration.ofMinutes(15),
                                Duration.ofMinutes(1),
                                Duration.ofHours(1),
                                OnFailure.UNDO),
                        new BareMetalOptions.Cleaning(AutomatedClean.ON, Extent.METADATA, Duration.ofMinutes(30)),
                        new BareMetalOptions.NodeLimits(
                                Duration.ofMinutes(1), Duration.ofMinutes(30), Duration.ofMinutes(30)),
                        new BareMetalOptions.Runner(0, 0, Duration.ofSeconds(5), 200),
                        new BareMetalOptions.Power(
                                Duration.ofMinutes(1),
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(30),
                                PowerMismatch.FOLLOW,
                                3,
                                Duration.ofSeconds(2),
                                10,
                                SessionPolicy.KEEP,
                                Duration.ofSeconds(10),
                                Duration.ofMillis(500)),
                        new BareMetalOptions.Agent(
                                Duration.ofSeconds(10),
                                Duration.ofMinutes(1),
                                new PortRange(9999, 10998),
                                3,
                                false,
                                Optional.empty()),
                        new BareMetalOptions.Inventory(
                                Optional.empty(),
                                Optional.empty(),
                                Optional.empty(),
                                Duration.ofSeconds(30),
                                Duration.ofDays(30),
                                100_000),
                        new BareMetalOptions.Events(Optional.empty(), 10_240, 5),
                        0));
    }

    @Test
    void everyOptionIsReadIntoItsPlace() {
        BareMetalOptions options = options("""
                console_folders = /var/log/a, /var/log/b
                console_log_max_kb = 29
                secret_key = command:vault read key
                notification_file = /var/log/events.json
                notification_file_max_kb = 50
                notification_files_kept = 0
                bmc_plugin_dir = /opt/bmc
                http_listen = [::1]:8080
                http_url = https://metal.example:8443/x
                http_max_connections = 41
                http_max_connections_per_address = 42
                http_max_transfers = 43
                http_max_transfers_per_address = 44
                http_min_transfer_rate_kb = 45
                http_max_requests_per_second = 46
                http_request_timeout = 47
                image_folders = /srv/images/../images,
                image_download_timeout = 11
                image_convert_timeout = 12
                image_max_gb = 13
                max_concurrent_conversions = 14
                max_concurrent_deploys = 54
                max_concurrent_cleans = 55
                node_history_count = 56
                stop_timeout = 57
                image_download_retries = 48
                image_cache_gb = 49
                image_disk_reserve_mb = 50
                image_checksum_required = yes
                image_md5_allowed = yes
                deploy_kernel = https://boot.example/kernel
                deploy_ramdisk = /srv/boot/ramdisk
                kernel_append_params = console=ttyS0
                deploy_callback_timeout = 15
                boot_retry_timeout = 30
                boot_retry_after_restart = 32
                step_timeout = 16
                automated_clean = no
                erase_devices = full
                clean_callback_timeout = 18
                power_change_timeout = 19
                soft_power_off_timeout = 20
                power_poll_interval = 0
                power_mismatch = force
                power_force_tries = 26
                power_command_interval = 27
                power_on_rate = 28
                session_policy = close
                bmc_command_timeout = 2.5
                bmc_retry_interval = 0.25
                scheduler_claim_timeout = 25
                agent_poll_interval = 21
                agent_command_timeout = 22
                agent_ports = 9000-9001
                agent_intruder_limit = 32
                agent_token_by_lookup = yes
                agent_api_listen = 10.0.0.1:6385
                agent_api_url = https://metal.example:6385
                agent_api_cert_file = /etc/nova-metal/api.pem
                agent_api_key_file = /etc/nova-metal/api.key
                agent_api_ca_file = /etc/nova-metal/ca.pem
                dhcp_lease_file = /var/lib/misc/leases
                database = postgresql://nova@db.example/inventory
                database_password_file = /etc/nova-metal/password
                store_timeout = 23
                dhcp_mode = files
                dhcp_lease_file = /var/lib/misc/leases
                dhcp_lease_check_interval = 40
                dhcp_pid_file = /run/dnsmasq.pid
                dhcp_log_file = /var/log/dnsmasq.log
                dhcp_reload_timeout = 41
                operation_keep_time = 30
                operation_keep_count = 31
                verify_timeout = 51
                deploy_failed = keep
                inspect_callback_timeout = 52
                rescue_callback_timeout = 53
                reserved_host_memory_mb = 24
                """);
        assertThat(options)
                .isEqualTo(new BareMetalOptions(
                        new BareMetalOptions.Places(
                                Path.of("/var/lib/metal"),
                                Path.of("/var/lib/metal/dhcp"),
                                Path.of("/var/lib/misc/leases"),
                                List.of(Path.of("/var/log/a"), Path.of("/var/log/b")),
                                29,
                                Optional.of(Path.of("/opt/bmc"))),
                        new BareMetalOptions.Dhcp(
                                Duration.ofSeconds(40),
                                new BareMetalOptions.Dhcp.Files(new DnsmasqReloadOptions(
                                        Optional.of(Path.of("/run/dnsmasq.pid")),
                                        Optional.empty(),
                                        Optional.of(Path.of("/var/log/dnsmasq.log")),
                                        Optional.of(Path.of("/var/lib/misc/leases")),
                                        Duration.ofSeconds(41)))),
                        new BareMetalOptions.Http(
                                new ListenAddress("::1", 8080),
                                Optional.of(URI.create("https://metal.example:8443/x")),
                                new BareMetalOptions.HttpLimits(41, 42, 43, 44, 45, 46, Duration.ofSeconds(47))),
                        new BareMetalOptions.Images(
                                List.of(Path.of("/srv/images")),
                                Duration.ofSeconds(11),
                                Duration.ofSeconds(12),
                                13,
                                14,
                                48,
                                49,
                                50,
                                true,
                                true,
                                Optional.empty()),
                        new BareMetalOptions.Deploying(
                                Optional.of(new BootFile.Remote(URI.create("https://boot.example/kernel"))),
                                Optional.of(new BootFile.Local(Path.of("/srv/boot/ramdisk"))),
                                "console=ttyS0",
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(30),
                                Duration.ofSeconds(32),
                                Duration.ofSeconds(16),
                                OnFailure.KEEP),
                        new BareMetalOptions.Cleaning(AutomatedClean.OFF, Extent.FULL, Duration.ofSeconds(18)),
                        new BareMetalOptions.NodeLimits(
                                Duration.ofSeconds(51), Duration.ofSeconds(52), Duration.ofSeconds(53)),
                        new BareMetalOptions.Runner(54, 55, Duration.ofSeconds(57), 56),
                        new BareMetalOptions.Power(
                                Duration.ofSeconds(19),
                                Duration.ofSeconds(20),
                                Duration.ZERO,
                                PowerMismatch.FORCE,
                                26,
                                Duration.ofSeconds(27),
                                28,
                                SessionPolicy.CLOSE,
                                Duration.ofMillis(2500),
                                Duration.ofMillis(250)),
                        new BareMetalOptions.Agent(
                                Duration.ofSeconds(21),
                                Duration.ofSeconds(22),
                                new PortRange(9000, 9001),
                                32,
                                true,
                                Optional.of(new BareMetalOptions.AgentTls(
                                        new ListenAddress("10.0.0.1", 6385),
                                        Optional.of(URI.create("https://metal.example:6385")),
                                        Path.of("/etc/nova-metal/api.pem"),
                                        Path.of("/etc/nova-metal/api.key"),
                                        Path.of("/etc/nova-metal/ca.pem")))),
                        new BareMetalOptions.Inventory(
                                Optional.of(new Database.Postgresql("nova", "//db.example/inventory")),
                                Optional.of(Path.of("/etc/nova-metal/password")),
                                Optional.of(new KeySource.OfCommand("vault read key")),
                                Duration.ofSeconds(23),
                                Duration.ofSeconds(30),
                                31),
                        new BareMetalOptions.Events(Optional.of(Path.of("/var/log/events.json")), 50, 0),
                        24));
    }

    @Test
    void theBlockOf2013LoadsInEitherGroup() {
        String block = """
                compute_driver=nova.virt.baremetal.driver.BareMetalDriver
                firewall_driver = nova.virt.firewall.NoopFirewallDriver
                scheduler_host_manager=nova.scheduler.baremetal_host_manager.BaremetalHostManager
                ram_allocation_ratio=1.0
                reserved_host_memory_mb=0
                """;
        assertThat(options(block)).isEqualTo(options(""));
        assertThat(BareMetalOptions.from(conf("[DEFAULT]\n" + block + "[baremetal]\n" + NEEDED)))
                .isEqualTo(options(""));
        assertThat(BareMetalOptions.warnings(conf("[baremetal]\n" + block))).isEmpty();
    }

    @Test
    void hostOptionsComeFromOurGroupFirstAndThenFromTheDefaultOne() {
        String defaults = "[DEFAULT]\nstate_path = /var/lib/nova\nreserved_host_memory_mb = 512\n";
        BareMetalOptions options = BareMetalOptions.from(conf(defaults + "[baremetal]\ndhcp_dir = /d\n"));
        assertThat(options.places().statePath()).isEqualTo(Path.of("/var/lib/nova"));
        assertThat(options.reservedHostMemoryMb()).isEqualTo(512);
        BareMetalOptions ours =
                BareMetalOptions.from(conf(defaults + "[baremetal]\n" + NEEDED + "reserved_host_memory_mb = 1\n"));
        assertThat(ours.places().statePath()).isEqualTo(Path.of("/var/lib/metal"));
        assertThat(ours.reservedHostMemoryMb()).isEqualTo(1);
        refused("[DEFAULT]\ndhcp_dir = /d\nstate_path = /s\n")
                .withMessageContaining("[baremetal] dhcp_dir: is missing");
    }

    @Test
    void onlyANoopFirewallDriverIsTaken() {
        options("firewall_driver = org.example.NoopFirewallDriver\n");
        options("firewall_driver = NoopFirewallDriver\n");
        refusedLine("firewall_driver = nova.virt.libvirt.firewall.IptablesFirewallDriver")
                .withMessageContaining("'nova.virt.libvirt.firewall.IptablesFirewallDriver' cannot be used")
                .withMessageContaining("write nova.virt.firewall.NoopFirewallDriver");
        refused("[DEFAULT]\nfirewall_driver = x.NotNoopFirewallDriver\n[baremetal]\n" + NEEDED)
                .withMessageContaining("nova.conf:2: [DEFAULT] firewall_driver");
    }

    @Test
    void anAllocationRatioIsRefusedInOurGroupAndIgnoredInTheDefaultOne() {
        options("ram_allocation_ratio = 1\n");
        refusedLine("ram_allocation_ratio = 1.5").withMessageContaining("as a whole to one instance");
        assertThat(BareMetalOptions.from(conf("[DEFAULT]\nram_allocation_ratio = 1.5\n[baremetal]\n" + NEEDED)))
                .isEqualTo(options(""));
    }

    @Test
    void anUnknownOptionStopsWithItsLineAndAHint() {
        refusedLine("deploy_kernal = /k").withMessageContaining("unknown option; did you mean deploy_kernel?");
        refusedLine("quite_something_else = 1").withMessageContaining("quite_something_else: unknown option");
        BareMetalOptions.from(conf("[libvirt]\ndeploy_kernal = 1\n[baremetal]\n" + NEEDED));
    }

    @Test
    void allFaultsAreReportedTogether() {
        refused("""
                [baremetal]
                dhcp_dir = dhcp
                http_listen = 127.0.0.1
                http_url = ftp://x/
                image_folders = images
                image_max_gb = many
                automated_clean = perhaps
                erase_devices = some
                deploy_kernel = 0f0e-image-id
                deploy_callback_timeout = 0
                bmc_command_timeout = 0.4
                reserved_host_memory_mb = -1
                misspelt = 1
                """)
                .withMessageContaining("[baremetal] state_path: is missing")
                .withMessageContaining("nova.conf:2: [baremetal] dhcp_dir: 'dhcp' is not an absolute path")
                .withMessageContaining("nova.conf:3: [baremetal] http_listen: '127.0.0.1' is not host:port")
                .withMessageContaining("nova.conf:4: [baremetal] http_url: 'ftp://x/' is not an http or https URL")
                .withMessageContaining("nova.conf:5: [baremetal] image_folders: 'images' is not an absolute path")
                .withMessageContaining("nova.conf:6: [baremetal] image_max_gb: 'many' is not an integer")
                .withMessageContaining("nova.conf:7: [baremetal] automated_clean: 'perhaps' is not a boolean")
                .withMessageContaining("nova.conf:8: [baremetal] erase_devices: 'some' is not one of metadata, full")
                .withMessageContaining(
                        "nova.conf:9: [baremetal] deploy_kernel: '0f0e-image-id' is neither an http(s) URL nor an absolute")
                .withMessageContaining(
                        "nova.conf:10: [baremetal] deploy_callback_timeout: '0' is less than the minimum of 1 second")
                .withMessageContaining("bmc_retry_interval: 500 ms is not less than bmc_command_timeout")
                .withMessageContaining(
                        "nova.conf:12: [baremetal] reserved_host_memory_mb: '-1' is less than the minimum")
                .withMessageContaining("nova.conf:13: [baremetal] misspelt: unknown option");
    }

    @Test
    void aUrlWithAPasswordIsRefused() {
        refusedLine("http_url = http://u:p@metal.example/").withMessageContaining("user or password");
    }

    @Test
    void aLineBreakDoesNotReachTheKernelLine() {
        refusedLine("kernel_append_params = a\n  b").withMessageContaining("line break");
    }

    @Test
    void optionsAreMadeWithoutAFile() {
        BareMetalOptions options = BareMetalOptions.of(Path.of("/var/lib/metal"), Path.of("/var/lib/metal/dhcp"));
        assertThat(options).isEqualTo(options(""));
        BareMetalOptions changed = options.withPlaces(new BareMetalOptions.Places(
                        Path.of("/a"), Path.of("/b"), Path.of("/c"), List.of(), 1, Optional.empty()))
                .withHttp(new BareMetalOptions.Http(
                        new ListenAddress("::1", 1),
                        Optional.empty(),
                        new BareMetalOptions.HttpLimits(1, 2, 3, 4, 5, 6, Duration.ofSeconds(7))))
                .withImages(new BareMetalOptions.Images(
                        List.of(Path.of("/i")),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        3,
                        4,
                        5,
                        6,
                        7,
                        true,
                        true,
                        Optional.empty()))
                .withDeploying(new BareMetalOptions.Deploying(
                        Optional.empty(),
                        Optional.empty(),
                        "",
                        Duration.ofSeconds(3),
                        Duration.ofSeconds(15),
                        Duration.ofSeconds(16),
                        Duration.ofSeconds(4),
                        OnFailure.KEEP))
                .withCleaning(new BareMetalOptions.Cleaning(AutomatedClean.OFF, Extent.FULL, Duration.ofSeconds(6)))
                .withPower(new BareMetalOptions.Power(
                        Duration.ofSeconds(7),
                        Duration.ofSeconds(8),
                        Duration.ofSeconds(14),
                        PowerMismatch.FORCE,
                        1,
                        Duration.ZERO,
                        0,
                        SessionPolicy.CLOSE,
                        Duration.ofSeconds(9),
                        Duration.ofSeconds(1)))
                .withAgent(new BareMetalOptions.Agent(
                        Duration.ofSeconds(10), Duration.ofSeconds(11), new PortRange(1, 2), 1, true, Optional.empty()))
                .withInventory(new BareMetalOptions.Inventory(
                        Optional.empty(), Optional.empty(), Optional.empty(), Duration.ofSeconds(12), Duration.ZERO, 0))
                .withEvents(new BareMetalOptions.Events(Optional.empty(), 1, 1))
                .withReservedHostMemoryMb(13);
        assertThat(changed).usingRecursiveComparison().isNotEqualTo(options);
        assertThat(changed.places().dhcpDir()).isEqualTo(Path.of("/b"));
        assertThat(changed.http().listen().port()).isEqualTo(1);
        assertThat(changed.images().maxGb()).isEqualTo(3);
        assertThat(changed.deploying().stepTimeout()).isEqualTo(Duration.ofSeconds(4));
        assertThat(changed.cleaning().eraseDevices()).isEqualTo(Extent.FULL);
        assertThat(changed.power().softPowerOffTimeout()).isEqualTo(Duration.ofSeconds(8));
        assertThat(changed.agent().pollInterval()).isEqualTo(Duration.ofSeconds(10));
        assertThat(changed.inventory().timeout()).isEqualTo(Duration.ofSeconds(12));
        assertThat(changed.reservedHostMemoryMb()).isEqualTo(13);
    }

    @Test
    void aManagedDhcpServerHasItsInterfaceAndRange() {
        BareMetalOptions options = options("""
                http_listen = 10.0.0.1:8080
                dhcp_mode = managed
                dhcp_interface = eth1
                dhcp_range = 10.0.0.50, 10.0.0.250, 255.255.255.0
                dhcp_lease_time = 600
                dhcp_router = 10.0.0.1
                dhcp_dns_servers = 10.0.0.2, 10.0.0.3
                dhcp_ra_prefix = fd00:77::
                dhcp_tftp_root = /srv/tftp
                """);

        assertThat(options.dhcp().server())
                .isEqualTo(new BareMetalOptions.Dhcp.Managed(new ManagedDnsmasqOptions(
                        "eth1",
                        "10.0.0.50,10.0.0.250,255.255.255.0",
                        Duration.ofMinutes(10),
                        Optional.of("10.0.0.1"),
                        List.of("10.0.0.2", "10.0.0.3"),
                        Optional.of("fd00:77::"),
                        Path.of("/srv/tftp"),
                        Path.of("/var/lib/metal/dhcp/dnsmasq.leases"),
                        Duration.ofSeconds(10))));
    }

    @Test
    void aManagedDhcpServerWithoutInterfaceOrRangeIsRefused() {
        refused("[baremetal]\n" + NEEDED + "dhcp_mode = managed\n")
                .withMessageContaining("dhcp_interface is not set")
                .withMessageContaining("dhcp_range is not set")
                .withMessageContaining("cannot reach http_listen, which is 127.0.0.1:0");
    }

    @Test
    void valuesThatCannotStandInTheConfigurationOfADhcpServerAreRefused() {
        refusedLine("dhcp_interface = eth1,eth2").withMessageContaining("not the name of a network interface");
        refusedLine("dhcp_range = 10.0.0.50").withMessageContaining("first,last");
        refusedLine("dhcp_range = 10.0.0.50,10.0.0.40").withMessageContaining("first,last");
        refusedLine("dhcp_range = 10.0.0.50,10.0.0.60,255.0.255.0").withMessageContaining("first,last");
        refusedLine("dhcp_router = fd00::1").withMessageContaining("not an IPv4 address");
        refusedLine("dhcp_dns_servers = 10.0.0.1,web").withMessageContaining("not an IPv4 address");
        refusedLine("dhcp_ra_prefix = fd00::1").withMessageContaining("64 bits");
        refusedLine("dhcp_lease_time = 60").withMessageContaining("dhcp_lease_time");
    }

    @Test
    void aKeyIsNoOptionAndNotRepeatedInTheMessage() {
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> options("secret_key = 0123456789abcdef"))
                .withMessageContaining("secret_key")
                .withMessageContaining("env:NAME")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("0123456789abcdef"));
    }
}
