package org.novametal.baremetal;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.ConsoleSource;
import org.novametal.baremetal.inventory.Enrolment.NodeWithPorts;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.driver.model.PowerState;

/**
 * Checks whether nodes have what their interfaces need, from their descriptions, the host's last readings and the
 * configuration. No BMC is called: the verb {@code manage} verifies the BMC itself.
 *
 * <p>Source: Ironic's {@code node validate}, whose interfaces have the same names where both have them.
 */
public final class NodeValidation {
    private final BareMetalOptions options;
    private final SortedSet<String> schemes;
    private final BootAddresses boot;

    /** What the driver does with a node. */
    public enum Interface {
        /** Reads and changes the power. */
        POWER("power"),
        /** Boots the deploy ramdisk. */
        BOOT("boot"),
        /** Writes images. */
        DEPLOY("deploy"),
        /** Wires the ports. */
        NETWORK("network"),
        /** Records console output. */
        CONSOLE("console");

        private final String text;

        Interface(String text) {
            this.text = text;
        }

        /** The name for people. */
        public String text() {
            return text;
        }
    }

    /**
     * The result for one interface.
     *
     * @param checked the interface
     * @param missing what it lacks, for people; empty when it can work
     */
    public record Verdict(Interface checked, List<String> missing) {
        /** Copies the texts. */
        public Verdict {
            missing = List.copyOf(missing);
        }

        /** Whether the interface lacks nothing. */
        public boolean isComplete() {
            return missing.isEmpty();
        }
    }

    /** @param schemes the schemes of BMC addresses that this program can use */
    NodeValidation(BareMetalOptions options, SortedSet<String> schemes) {
        this.options = options;
        this.schemes = schemes;
        this.boot = new BootAddresses(options.deploying());
    }

    List<Verdict> of(NodeWithPorts node) {
        List<String> power = power(node.node());
        List<String> booting = booting(node);
        List<String> deploying = new ArrayList<>();
        if (!power.isEmpty()) {
            deploying.add("the interface power, which is not complete");
        }
        if (!booting.isEmpty()) {
            deploying.add("the interface boot, which is not complete");
        }
        node.node().marks().whyNotFree().ifPresent(why -> deploying.add("a node in use: " + why));
        return List.of(
                new Verdict(Interface.POWER, power),
                new Verdict(Interface.BOOT, booting),
                new Verdict(Interface.DEPLOY, deploying),
                new Verdict(Interface.NETWORK, network(node)),
                new Verdict(Interface.CONSOLE, console(node.node())));
    }

    private List<String> power(NodeRecord node) {
        List<String> missing = new ArrayList<>();
        if (!schemes.contains(node.bmc().scheme())) {
            missing.add("a program for BMCs of the kind " + node.bmc().scheme() + "; there are " + schemes
                    + ", and bmc_plugin_dir adds others");
        }
        node.marks()
                .fault()
                .ifPresent(fault -> missing.add("a repair: the node has the fault "
                        + fault.persistedName()
                        + node.lastError().map(error -> " (" + error + ")").orElse("")));
        if (node.power().seen() == PowerState.NOSTATE) {
            missing.add("a reading of the power: the host has not read it yet, or the BMC does not answer");
        }
        return missing;
    }

    private List<String> booting(NodeWithPorts node) {
        List<String> missing = new ArrayList<>(boot.problems());
        if (node.ports().stream().noneMatch(PortRecord::isPxeEnabled)) {
            missing.add("a port with pxe_enabled true, from which the machine boots");
        }
        URI address = options.http()
                .url()
                .orElseGet(() -> URI.create("http://" + options.http().listen()));
        new NodeReach(
                        () -> address,
                        "set [baremetal] http_listen to an address of the provisioning network, or http_url")
                .problem(node.node())
                .ifPresent(missing::add);
        return missing;
    }

    private List<String> network(NodeWithPorts node) {
        List<String> missing = new ArrayList<>();
        if (node.ports().isEmpty()) {
            missing.add("a port");
        }
        return missing;
    }

    private List<String> console(NodeRecord node) {
        List<String> missing = new ArrayList<>();
        if (node.access().console().isEmpty()) {
            missing.add("console_log: set it to sol, or to the file that has the console output");
        }
        node.access()
                .console()
                .filter(ConsoleSource.File.class::isInstance)
                .map(ConsoleSource.File.class::cast)
                .filter(file -> options.places().consoleFolders().stream().noneMatch(file.path()::startsWith))
                .ifPresent(file -> missing.add("console_folders with the folder of " + file.path()));
        return missing;
    }
}
