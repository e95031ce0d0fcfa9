package org.novametal.baremetal.step.network;

import java.io.UncheckedIOException;
import java.time.Duration;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.dhcp.DhcpException;

/** A change of the DHCP configuration as a part of a step; it is tried again while a dnsmasq may be starting. */
@FunctionalInterface
interface DhcpChange {
    /** How long a dnsmasq may be absent; a service manager or the driver starts one that ended within seconds. */
    Duration PATIENCE = Duration.ofSeconds(15);

    Duration RETRY = Duration.ofSeconds(1);

    /** Makes the change. */
    void make() throws InterruptedException;

    /** The result of the step that makes the change. */
    static StepResult result(StepContext context, DhcpChange change) throws InterruptedException {
        try {
            change.make();
            return StepResult.DONE;
        } catch (DhcpException e) {
            return context.inStep().compareTo(PATIENCE) < 0
                    ? new Wait(WaitFor.TIME, RETRY, "dnsmasq to read its files (" + e.getMessage() + ")")
                    : failed(context, e);
        } catch (IllegalArgumentException | UncheckedIOException e) {
            return failed(context, e);
        }
    }

    private static Failed failed(StepContext context, RuntimeException e) {
        return new Failed(
                FailureCause.NETWORK,
                "DHCP for node " + context.node().name() + " cannot be configured: " + e.getMessage());
    }
}
