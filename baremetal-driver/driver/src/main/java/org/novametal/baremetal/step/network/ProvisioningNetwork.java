package org.novametal.baremetal.step.network;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;

/**
 * Configures DHCP so that the node can boot the deploy ramdisk from the ports that it boots from; undoing removes the node from
 * DHCP.
 */
public final class ProvisioningNetwork implements Step {
    private final DhcpFiles files;
    private final Supplier<URI> bootUrl;

    /**
     * Makes the step.
     *
     * @param bootUrl the address of the boot script of all nodes
     */
    public ProvisioningNetwork(DhcpFiles files, Supplier<URI> bootUrl) {
        this.files = files;
        this.bootUrl = bootUrl;
    }

    @Override
    public String name() {
        return "network.provisioning";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(1);
    }

    @Override
    public StepEffect effect() {
        return StepEffect.MACHINE;
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        UUID node = context.node().uuid();
        List<String> macs = context.ports().stream()
                .filter(PortRecord::isPxeEnabled)
                .map(PortRecord::mac)
                .toList();
        // The ramdisk gets any address from DHCP: the tenant's addresses are for the instance.
        return DhcpChange.result(
                context, () -> files.write(node, macs, List.of(), "deploy-" + node, Optional.of(bootUrl.get())));
    }

    @Override
    public StepResult undo(StepContext context) throws InterruptedException {
        return DhcpChange.result(context, () -> files.remove(context.node().uuid()));
    }
}
