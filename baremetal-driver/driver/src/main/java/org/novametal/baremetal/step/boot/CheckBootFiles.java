package org.novametal.baremetal.step.boot;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;

/**
 * Checks that a deploy kernel and ramdisk are available and that the node can reach them, before the node is changed. There is
 * nothing to undo.
 */
public final class CheckBootFiles implements Step {
    private final Function<NodeRecord, List<String>> problems;

    /**
     * Makes the step.
     *
     * @param problems the configuration problems that concern a node, one text each; empty when there are none
     */
    public CheckBootFiles(Function<NodeRecord, List<String>> problems) {
        this.problems = problems;
    }

    @Override
    public String name() {
        return "boot.check-files";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(1);
    }

    @Override
    public StepResult run(StepContext context) {
        List<String> missing = problems.apply(context.node());
        return missing.isEmpty()
                ? StepResult.DONE
                : new Failed(
                        FailureCause.CONFIG,
                        "node " + context.node().name() + " cannot boot the deploy ramdisk: "
                                + String.join("; ", missing));
    }
}
