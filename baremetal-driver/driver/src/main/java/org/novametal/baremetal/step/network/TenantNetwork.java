package org.novametal.baremetal.step.network;

import java.time.Duration;
import java.util.Optional;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.NetworkedInput;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;

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
        Optional<HostEntry> entry = HostEntry.of(spec, context.ports());
        if (entry.isEmpty()) {
            return new Failed(
                    FailureCause.NETWORK,
                    "node " + context.node().name() + " has "
                            + context.ports().size() + " ports, the instance requests "
                            + spec.networks().size() + " networks; request fewer networks or another node");
        }
        HostEntry wanted = entry.get();
        return DhcpChange.result(
                context,
                () -> files.write(
                        context.node().uuid(), wanted.macs(), wanted.addresses(), wanted.hostname(), Optional.empty()));
    }

    @Override
    public StepResult undo(StepContext context) throws InterruptedException {
        return DhcpChange.result(context, () -> files.remove(context.node().uuid()));
    }
}
