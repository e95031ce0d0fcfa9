package org.novametal.baremetal.config;

import java.util.List;
import java.util.Optional;

/**
 * An option of Nova's former bare-metal driver (2013 to 2014) and its effect in this driver. A configuration file may set any
 * of these options. The values of ignored options are neither read nor shown, because some are passwords.
 *
 * <p>Source: Nova 2013.1 to 2014.2, {@code nova/virt/baremetal}.
 *
 * @param name the option's name in {@code [baremetal]}
 * @param fate the option's effect in this driver
 */
record FormerOption(String name, Fate fate) {
    /** The effect of a former option in this driver. */
    sealed interface Fate {
        /** It is an option of this driver too, with the same meaning. */
        record Honoured() implements Fate {}

        /** It is another name of an option of this driver. */
        record Alias(String current) implements Fate {}

        /** It has no effect, and a warning gives the reason. */
        record Ignored(String why) implements Fate {}
    }

    private static final String NO_INJECTION =
            "images are written whole and never mounted on the host; put such content into the image";
    private static final String NO_TEMPLATE =
            "the boot script is made by the driver; kernel_append_params adds to its kernel line";
    private static final String NO_ISCSI = "the deploy ramdisk fetches its image by HTTP; no disk is exported by iSCSI";
    private static final String NO_TERMINAL = "a node's console_log names the source of its console output";
    private static final String NO_SSH =
            "virtual machines are switched through a virtual BMC; enrol them with its address, such as ipmi://127.0.0.1:6230";
    private static final String NO_TILERA =
            "Tilera boards and their PDU are not supported; enrol machines that have a BMC";
    private static final String NO_SECOND_DATABASE =
            "the driver keeps nodes in its own inventory; enrol them again there";
    private static final String PER_NODE =
            "this is set per node: enrol each with its architecture, resource class and traits";

    /** All former options. */
    static final List<FormerOption> ALL = List.of(
            ignored("inject_password", NO_INJECTION),
            ignored("injected_network_template", NO_INJECTION),
            ignored("use_file_injection", NO_INJECTION),
            ignored("net_config_template", NO_INJECTION),
            ignored("vif_driver", "networks are set up by DHCP, through dhcp_dir"),
            ignored("volume_driver", NO_ISCSI),
            ignored("use_unsafe_iscsi", NO_ISCSI),
            ignored("iscsi_iqn_prefix", NO_ISCSI),
            ignored("instance_type_extra_specs", PER_NODE),
            ignored("flavor_extra_specs", PER_NODE),
            ignored("driver", "there is one way to deploy: the deploy ramdisk writes the image"),
            ignored(
                    "power_manager",
                    "each node's BMC address determines its power control, so one fleet can use several kinds of BMC"),
            ignored("tftp_root", "kernels and ramdisks are served by HTTP; a TFTP server needs only the iPXE program"),
            new FormerOption("deploy_kernel", new Fate.Honoured()),
            new FormerOption("deploy_ramdisk", new Fate.Honoured()),
            new FormerOption("pxe_append_params", new Fate.Alias("kernel_append_params")),
            new FormerOption("pxe_deploy_timeout", new Fate.Alias("deploy_callback_timeout")),
            ignored("pxe_config_template", NO_TEMPLATE),
            ignored("pxe_network_config", "the deploy ramdisk asks DHCP for its address"),
            ignored("pxe_bootfile_name", "the DHCP server's own configuration names the first boot program"),
            ignored("terminal", NO_TERMINAL),
            ignored("terminal_cert_dir", NO_TERMINAL),
            ignored("terminal_pid_dir", NO_TERMINAL),
            ignored("ipmi_power_retry", "power_change_timeout says in seconds how long a power change may take"),
            ignored("virtual_power_ssh_host", NO_SSH),
            ignored("virtual_power_ssh_port", NO_SSH),
            ignored("virtual_power_type", NO_SSH),
            ignored("virtual_power_host_user", NO_SSH),
            ignored("virtual_power_host_pass", NO_SSH + "; remove this password from the file"),
            ignored("virtual_power_host_key", NO_SSH),
            ignored("sql_connection", NO_SECOND_DATABASE),
            ignored("db_backend", NO_SECOND_DATABASE),
            ignored("tile_pdu_ip", NO_TILERA),
            ignored("tile_pdu_mgr", NO_TILERA),
            ignored("tile_pdu_off", NO_TILERA),
            ignored("tile_pdu_on", NO_TILERA),
            ignored("tile_pdu_status", NO_TILERA),
            ignored("tile_power_wait", NO_TILERA));

    /** The former name of an option of this driver; empty if it has none. */
    static Optional<String> formerNameOf(String current) {
        return ALL.stream()
                .filter(former -> former.fate().equals(new Fate.Alias(current)))
                .map(FormerOption::name)
                .findFirst();
    }

    private static FormerOption ignored(String name, String why) {
        return new FormerOption(name, new Fate.Ignored(why));
    }
}
