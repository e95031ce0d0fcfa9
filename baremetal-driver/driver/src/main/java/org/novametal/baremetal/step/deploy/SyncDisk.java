package org.novametal.baremetal.step.deploy;

import java.time.Duration;
import org.novametal.agent.AgentCommand;
import org.novametal.agent.CommandResult;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;

/** Makes the ramdisk flush all its writes to the disk, so that the power can be cut. There is nothing to undo. */
public final class SyncDisk implements Step {
    private final Ramdisk ramdisk;
    private final Duration limit;

    /** Makes the step with its limit. */
    public SyncDisk(Ramdisk ramdisk, Duration limit) {
        this.ramdisk = ramdisk;
        this.limit = limit;
    }

    @Override
    public String name() {
        return "deploy.sync-disk";
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepResult run(StepContext context) {
        CommandResult result = ramdisk.ask(context, AgentCommand.sync());
        return result.status() == CommandResult.Status.SUCCEEDED
                ? StepResult.DONE
                : new Failed(
                        FailureCause.RAMDISK,
                        "the ramdisk on " + context.node().name() + " could not flush its disk: " + result);
    }
}
