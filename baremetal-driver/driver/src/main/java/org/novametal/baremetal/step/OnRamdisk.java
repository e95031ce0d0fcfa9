package org.novametal.baremetal.step;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.StepResult.BackTo;
import org.novametal.baremetal.step.StepResult.Failed;

/**
 * Wraps a step that needs the node's deploy ramdisk. After an intrusion, no result of the step counts: the operation goes
 * back to the step that switches the machine off before it boots the ramdisk, and fails after too many intrusions.
 *
 * <p>It also goes back, without counting that, when the ramdisk was booted by an older program, which gave the token to
 * anybody who asked for it.
 */
public final class OnRamdisk implements Step {
    /** Key for the number of intrusions during the operation; absent for none. */
    private static final String INTRUSIONS = "ramdisk.intrusions";

    /** Key for how often the operation went back to boot the ramdisk again; absent for never. */
    private static final String BOOTS = "ramdisk.boots";

    private final Step step;
    private final String bootingFrom;
    private final int limit;

    /**
     * Wraps a step.
     *
     * @param bootingFrom the name of the step from which on the machine is switched off and boots the ramdisk
     * @param limit how many intrusions end the operation
     */
    public OnRamdisk(Step step, String bootingFrom, int limit) {
        // Guarded here as well: a command that failed because of an intrusion must not end the operation.
        this.step = new GuardedStep(step);
        this.bootingFrom = bootingFrom;
        this.limit = limit;
    }

    /**
     * A key for values that are lost with the ramdisk that is running now: the next ramdisk has other keys.
     *
     * @param key begins with the step's name
     */
    public static String keyOfThisBoot(StepContext context, String key) {
        return context.recall(BOOTS).map(boots -> key + "." + boots).orElse(key);
    }

    /**
     * The result of a step that needs an earlier step to run again, with another boot of the ramdisk.
     *
     * @param step the earlier step, before the one that switches the machine off
     * @param key for a value that says that this happened; it is stored with the change of position
     * @param why a description for people
     */
    public static BackTo backTo(StepContext context, String step, String key, String why) {
        return new BackTo(step, Map.of(key, "1", BOOTS, next(context, BOOTS)), why);
    }

    @Override
    public String name() {
        return step.name();
    }

    @Override
    public Duration limit() {
        return step.limit();
    }

    @Override
    public StepEffect effect() {
        return step.effect();
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        Optional<StepResult> before = lost(context);
        if (before.isPresent()) {
            return before.get();
        }
        StepResult result = step.run(context);
        return lost(context).orElse(result);
    }

    @Override
    public StepResult undo(StepContext context) throws InterruptedException {
        return step.undo(context);
    }

    private Optional<StepResult> lost(StepContext context) {
        Optional<AgentRecord> agent = context.agent();
        if (agent.isEmpty()) {
            return Optional.empty();
        }
        if (agent.get().intrusion().isPresent()) {
            return Optional.of(intruded(context, agent.get().intrusion().get()));
        }
        return agent.get().address().isPresent()
                ? Optional.empty()
                : Optional.of(new BackTo(
                        bootingFrom,
                        Map.of(BOOTS, next(context, BOOTS)),
                        "its ramdisk was booted by an older program and is booted again"));
    }

    private StepResult intruded(StepContext context, String what) {
        String count = next(context, INTRUSIONS);
        return Integer.parseInt(count) >= limit
                ? new Failed(
                        FailureCause.RAMDISK,
                        "node " + context.node().name() + ": " + count
                                + " times somebody else acted as its deploy ramdisk,"
                                + " the last time: " + what
                                + ". Find that machine, and isolate the provisioning network;"
                                + " agent_intruder_limit is " + limit)
                : new BackTo(
                        bootingFrom,
                        Map.of(INTRUSIONS, count, BOOTS, next(context, BOOTS)),
                        what + "; intrusion " + count + " of " + limit + ", its machine is booted again");
    }

    private static String next(StepContext context, String key) {
        return Integer.toString(context.recall(key).map(Integer::parseInt).orElse(0) + 1);
    }
}
