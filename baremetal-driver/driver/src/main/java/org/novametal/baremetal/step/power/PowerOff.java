package org.novametal.baremetal.step.power;

import java.time.Duration;
import org.novametal.baremetal.step.Stamp;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepEffect;
import org.novametal.baremetal.step.StepResult;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.fleet.PowerGoal;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Switches the machine off and verifies it. A soft power-off may come first: then the power is cut if the machine has not
 * stopped within {@link #softTimeout}, or at once if its BMC refuses or does not support a soft power-off. There is
 * nothing to undo.
 */
public final class PowerOff implements Step {
    private static final Logger LOG = LoggerFactory.getLogger(PowerOff.class);

    private final String name;
    private final PowerReach reach;
    private final Duration softTimeout;
    private final Duration limit;

    /**
     * Makes the step.
     *
     * @param name its name
     * @param softTimeout how long the machine may take for a soft power-off; zero cuts the power at once
     * @param hardLimit how long it may take once the power is cut
     */
    public PowerOff(String name, PowerReach reach, Duration softTimeout, Duration hardLimit) {
        this.name = name;
        this.reach = reach;
        this.softTimeout = softTimeout;
        this.limit = softTimeout.plus(hardLimit);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepEffect effect() {
        return StepEffect.MACHINE;
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        if (context.inStep().compareTo(softTimeout) < 0 && !isSoftOffRefused(context)) {
            try {
                return reach.reach(context, PowerGoal.SOFT_OFF, name + "-soft");
            } catch (BmcException e) {
                if (!e.reason().isRefusal()) {
                    throw e;
                }
                LOG.info("node {}: the power is cut: {}", context.node().name(), e.getMessage());
                Stamp.put(context, refusalKey());
            }
        }
        return reach.reach(context, PowerGoal.OFF, name);
    }

    /** Whether the BMC has refused a soft power-off in this operation. */
    private boolean isSoftOffRefused(StepContext context) {
        return context.recall(refusalKey()).isPresent();
    }

    private String refusalKey() {
        return name + "-soft.refused";
    }
}
