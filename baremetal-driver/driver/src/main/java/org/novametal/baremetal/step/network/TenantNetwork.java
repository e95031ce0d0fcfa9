package org.novametal.baremetal.step.network;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.novametal.baremetal.inventory.PortRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.NetworkedInput;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.driver.model.NetworkInterface;

/**
 * Configures DHCP for the instance: its host name and addresses, and no boot file. {@link PortAssignment} decides which port
 * carries which network. Undoing removes the node from DHCP.
 */
public final class TenantNetwork implements Step {
    private final DhcpFiles files;

    /** Makes the step. */
    public TenantNetwork(DhcpFiles files) {
        this.files = files;
    }

    @Override
    public String name() {
        return "network.tenant";
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
        NetworkedInput spec = context.input(NetworkedInput.class);
        Optional<Map<String, String>> assigned = PortAssignment.of(spec.networks(), context.ports());
        if (assigned.isEmpty()) {
            return new Failed(
                    FailureCause.NETWORK,
                    "node " + context.node().name() + " has "
                            + context.ports().size() + " ports, the instance requests "
                            + spec.networks().size() + " networks; request fewer networks or another node");
        }
        List<String> macs = new ArrayList<>();
        List<String> addresses = new ArrayList<>();
        for (NetworkInterface network : spec.networks()) {
            String mac = Objects.requireNonNull(assigned.get().get(network.vifId()));
            Optional<String> ipv4 = network.addresses().stream()
                    .filter(address -> address.indexOf(':') < 0)
                    .findFirst();
            // Ports with an address come first, so that addresses and MACs correspond by position.
            if (ipv4.isEmpty()) {
                macs.addLast(mac);
            } else {
                macs.add(addresses.size(), mac);
                addresses.add(ipv4.get());
            }
        }
        context.ports().stream()
                .map(PortRecord::mac)
                .filter(mac -> !assigned.get().containsValue(mac))
                .forEach(macs::add);
        return DhcpChange.result(
                context, () -> files.write(context.node().uuid(), macs, addresses, spec.hostname(), Optional.empty()));
    }

    @Override
    public StepResult undo(StepContext context) throws InterruptedException {
        return DhcpChange.result(context, () -> files.remove(context.node().uuid()));
    }
}
