package org.novametal.baremetal.step.boot;

import java.time.Duration;
import java.util.Optional;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;

/** Waits until the deploy ramdisk on the node was heard. There is nothing to undo. */
public final class AwaitRamdisk implements Step {
    private final Duration limit;
    private final Duration pollInterval;

    /**
     * Makes the step.
     *
     * @param limit how long a machine may take from power-on to the ramdisk's first heartbeat
     * @param pollInterval how often the store is looked at where no heartbeat wakes the operation
     */
    public AwaitRamdisk(Duration limit, Duration pollInterval) {
        this.limit = limit;
        this.pollInterval = pollInterval;
    }

    @Override
    public String name() {
        return "boot.await-ramdisk";
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepResult run(StepContext context) {
        Optional<AgentRecord> agent = context.agent();
        if (agent.isPresent() && agent.get().callbackUrl().isPresent()) {
            return StepResult.DONE;
        }
        String seen = agent.isPresent() ? "it was looked up, no heartbeat yet" : "it has not asked for its node yet";
        return new Wait(WaitFor.RAMDISK, pollInterval, "the deploy ramdisk's first heartbeat (" + seen + ")");
    }
}
