package org.novametal.baremetal.step.boot;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits until the deploy ramdisk on the node was heard. A machine that is silent for long is booted once more: its network
 * boot failed, as some do, or found no boot server because our process had died just then. There is nothing to undo.
 */
public final class AwaitRamdisk implements Step {
    private static final Logger LOG = LoggerFactory.getLogger(AwaitRamdisk.class);

    /** Remembers how many steps of booting once more are done; absent before that was begun. */
    private static final String BOOTED_AGAIN = "boot.again";

    private final Duration limit;
    private final Duration pollInterval;
    private final BootAgain again;

    /**
     * How a machine is booted once more.
     *
     * @param after how long it may be silent before; zero: it is not booted again
     * @param steps what is done to it, in order
     */
    public record BootAgain(Duration after, List<Step> steps) {
        /** Copies the steps. */
        public BootAgain {
            steps = List.copyOf(steps);
        }
    }

    /**
     * Makes the step.
     *
     * @param limit how long a machine may take from power-on to the ramdisk's first heartbeat
     * @param pollInterval how often the store is looked at where no heartbeat wakes the operation
     */
    public AwaitRamdisk(Duration limit, Duration pollInterval, BootAgain again) {
        this.limit = limit;
        this.pollInterval = pollInterval;
        this.again = again;
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
    public StepResult run(StepContext context) throws InterruptedException {
        Optional<Integer> done = context.recall(BOOTED_AGAIN).map(Integer::valueOf);
        if (done.isPresent() && done.get() < again.steps().size()) {
            // A ramdisk that is heard now is one that is about to be switched off.
            return bootAgain(context, done.get());
        }
        Optional<AgentRecord> agent = context.agent();
        if (agent.isPresent() && agent.get().callbackUrl().isPresent()) {
            return StepResult.DONE;
        }
        if (done.isEmpty() && isSilentTooLong(context)) {
            LOG.warn(
                    "node {}: no deploy ramdisk was heard within {} s; its machine is booted once more",
                    context.node().name(),
                    again.after().toSeconds());
            context.remember(BOOTED_AGAIN, "0");
            return bootAgain(context, 0);
        }
        return waiting(context, agent);
    }

    private boolean isSilentTooLong(StepContext context) {
        return again.after().isPositive()
                && !context.now().isBefore(context.since().plus(again.after()));
    }

    private StepResult bootAgain(StepContext context, int first) throws InterruptedException {
        for (int number = first; number < again.steps().size(); number++) {
            StepResult result = again.steps().get(number).run(context);
            if (!(result instanceof StepResult.Done)) {
                return result;
            }
            context.remember(BOOTED_AGAIN, String.valueOf(number + 1));
        }
        return waiting(context, Optional.empty());
    }

    private Wait waiting(StepContext context, Optional<AgentRecord> agent) {
        String seen = agent.isPresent() ? "it was looked up, no heartbeat yet" : "it has not asked for its node yet";
        String tries = context.recall(BOOTED_AGAIN).isPresent() ? ", its machine was booted twice" : "";
        return new Wait(WaitFor.RAMDISK, pollInterval, "the deploy ramdisk's first heartbeat (" + seen + tries + ")");
    }
}
