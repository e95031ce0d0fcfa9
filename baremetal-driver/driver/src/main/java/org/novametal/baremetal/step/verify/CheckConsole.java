package org.novametal.baremetal.step.verify;

import java.time.Duration;
import java.util.Optional;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.BmcDirectory;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.SerialConsole;

/**
 * Connects to the node's serial console and disconnects, if the driver is to record it: serial over LAN is switched on and the
 * node's user may use it. A console that is in use, for example by the recording itself, needs no other proof. There is nothing
 * to undo.
 */
public final class CheckConsole implements Step {
    private final BmcDirectory bmcs;
    private final Duration limit;

    /** Makes the step with its limit; a BMC that does not answer is asked again until then. */
    public CheckConsole(BmcDirectory bmcs, Duration limit) {
        this.bmcs = bmcs;
        this.limit = limit;
    }

    @Override
    public String name() {
        return "verify.console";
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        if (!context.node().isConsoleRecorded()) {
            return StepResult.DONE;
        }
        Optional<SerialConsole> console = bmcs.bmc(context.node()).capability(SerialConsole.class);
        if (console.isEmpty()) {
            return new Failed(
                    FailureCause.CONFIG,
                    "the BMC of " + context.node().name() + " at "
                            + context.node().bmc()
                            + " has no serial console; set another console_log for the node, or use a BMC that has one");
        }
        try (SerialConsole.Connection _ = console.get().connect(new Ignored())) {
            return StepResult.DONE;
        } catch (BmcException e) {
            if (e.reason() == BmcException.Reason.BUSY) {
                return StepResult.DONE;
            }
            throw e;
        }
    }

    private static final class Ignored implements SerialConsole.Receiver {
        @Override
        public void received(byte[] bytes) {}

        @Override
        public void ended(BmcException cause) {}
    }
}
