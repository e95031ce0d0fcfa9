package org.novametal.baremetal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.baremetal.config.FormerOption.Fate;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.config.Option;
import org.novametal.driver.error.DriverException;

class FormerOptionTest {
    private static final String NEEDED = "[baremetal]\nstate_path = /s\ndhcp_dir = /d\n";

    /** The options of {@code nova/virt/baremetal} in Nova 2013.1 to 2014.2, with a value that they had there. */
    private static final Map<String, String> NOVAS = Map.ofEntries(
            Map.entry("inject_password", "True"),
            Map.entry("injected_network_template", "nova/virt/baremetal/interfaces.template"),
            Map.entry("vif_driver", "nova.virt.baremetal.vif_driver.BareMetalVIFDriver"),
            Map.entry("volume_driver", "nova.virt.baremetal.volume_driver.LibvirtVolumeDriver"),
            Map.entry("instance_type_extra_specs", "cpu_arch:x86_64"),
            Map.entry("flavor_extra_specs", "cpu_arch:x86_64"),
            Map.entry("driver", "nova.virt.baremetal.pxe.PXE"),
            Map.entry("power_manager", "nova.virt.baremetal.ipmi.IPMI"),
            Map.entry("tftp_root", "/tftpboot"),
            Map.entry("deploy_kernel", "/boot/kernel"),
            Map.entry("deploy_ramdisk", "http://boot.example/ramdisk"),
            Map.entry("net_config_template", "$pybasedir/nova/virt/baremetal/net-dhcp.ubuntu.template"),
            Map.entry("pxe_append_params", "nofb"),
            Map.entry("pxe_config_template", "$pybasedir/nova/virt/baremetal/pxe_config.template"),
            Map.entry("pxe_deploy_timeout", "600"),
            Map.entry("use_file_injection", "False"),
            Map.entry("pxe_network_config", "False"),
            Map.entry("pxe_bootfile_name", "pxelinux.0"),
            Map.entry("terminal", "shellinaboxd"),
            Map.entry("terminal_cert_dir", "/certs"),
            Map.entry("terminal_pid_dir", "$state_path/baremetal/console"),
            Map.entry("ipmi_power_retry", "5"),
            Map.entry("use_unsafe_iscsi", "False"),
            Map.entry("iscsi_iqn_prefix", "iqn.2010-10.org.openstack.baremetal"),
            Map.entry("virtual_power_ssh_host", "10.0.0.1"),
            Map.entry("virtual_power_ssh_port", "22"),
            Map.entry("virtual_power_type", "virsh"),
            Map.entry("virtual_power_host_user", "root"),
            Map.entry("virtual_power_host_pass", "s3same"),
            Map.entry("virtual_power_host_key", "/key"),
            Map.entry("sql_connection", "sqlite:///$state_path/baremetal_$sqlite_db"),
            Map.entry("db_backend", "sqlalchemy"),
            Map.entry("tile_pdu_ip", "10.0.100.1"),
            Map.entry("tile_pdu_mgr", "/tftpboot/pdu_mgr"),
            Map.entry("tile_pdu_off", "2"),
            Map.entry("tile_pdu_on", "1"),
            Map.entry("tile_pdu_status", "9"),
            Map.entry("tile_power_wait", "9"));

    static Stream<FormerOption> rows() {
        return FormerOption.ALL.stream();
    }

    private static NovaConf conf(String lines) {
        return NovaConf.builder().text("nova.conf", NEEDED + lines).build();
    }

    @Test
    void everyOptionOfTheFormerDriverHasOneRow() {
        assertThat(FormerOption.ALL)
                .extracting(FormerOption::name)
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(NOVAS.keySet());
    }

    @ParameterizedTest
    @MethodSource("rows")
    void everyRowDoesWhatItSays(FormerOption row) {
        String value = NOVAS.getOrDefault(row.name(), "");
        NovaConf conf = conf(row.name() + " = " + value + "\n");
        BareMetalOptions plain = BareMetalOptions.from(conf(""));
        BareMetalOptions options = BareMetalOptions.from(conf);
        List<String> warnings = BareMetalOptions.warnings(conf);
        switch (row.fate()) {
            case Fate.Honoured() -> {
                assertThat(options).isNotEqualTo(plain);
                assertThat(warnings).isEmpty();
            }
            case Fate.Alias(String current) -> {
                assertThat(options)
                        .isNotEqualTo(plain)
                        .isEqualTo(BareMetalOptions.from(conf(current + " = " + value + "\n")));
                assertThat(warnings).singleElement().asString().startsWith("nova.conf:4: [baremetal] " + row.name());
                assertThat(warnings.getFirst()).contains(current);
            }
            case Fate.Ignored(String why) -> {
                assertThat(options).isEqualTo(plain);
                assertThat(warnings)
                        .containsExactly("nova.conf:4: [baremetal] " + row.name()
                                + " is an option of the former Nova driver and does nothing: " + why);
                assertThat(warnings.getFirst()).doesNotContain("s3same");
            }
        }
    }

    @Test
    void deployKernelAndRamdiskAreTaken() {
        BareMetalOptions.Deploying deploying = BareMetalOptions.from(
                        conf("deploy_kernel = /boot/kernel\ndeploy_ramdisk = http://boot.example/ramdisk\n"))
                .deploying();
        assertThat(deploying.kernel().map(BootFile::location)).isEqualTo(Optional.of("/boot/kernel"));
        assertThat(deploying.ramdisk().map(BootFile::location)).isEqualTo(Optional.of("http://boot.example/ramdisk"));
    }

    @Test
    void noLimitBecomesTheDefaultOneAndIsSaid() {
        NovaConf conf = conf("pxe_deploy_timeout = 0\n");
        assertThat(BareMetalOptions.from(conf).deploying().callbackTimeout()).isEqualTo(Duration.ofMinutes(30));
        assertThat(BareMetalOptions.warnings(conf)).hasSize(2).last().asString().contains("1800 seconds");
    }

    @Test
    void aFormerNameBesideItsNewOneIsRefused() {
        assertThatExceptionOfType(DriverException.class)
                .isThrownBy(() -> BareMetalOptions.from(conf("pxe_append_params = a\nkernel_append_params = b\n")))
                .withMessageContaining("nova.conf:4: [baremetal] pxe_append_params: is the former name of")
                .withMessageContaining("remove one of them");
    }

    @Test
    void everyAliasLeadsToAnOptionOfOurs() {
        List<String> ours = OptionTable.SECTIONS.stream()
                .flatMap(section -> section.options().stream())
                .<String>map(Option::name)
                .toList();
        assertThat(ours).doesNotHaveDuplicates();
        for (FormerOption former : FormerOption.ALL) {
            switch (former.fate()) {
                case Fate.Alias(String current) ->
                    assertThat(ours).contains(current).doesNotContain(former.name());
                case Fate.Honoured() -> assertThat(ours).contains(former.name());
                case Fate.Ignored(String why) -> assertThat(ours).as(why).doesNotContain(former.name());
            }
        }
    }
}
