package org.novametal.baremetal.step.rescue;

import java.time.Duration;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.novametal.agent.AgentCommand;
import org.novametal.agent.AgentException;
import org.novametal.agent.CommandResult;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.RescueInput;
import org.novametal.baremetal.step.OnRamdisk;
import org.novametal.baremetal.step.Ramdisk;
import org.novametal.baremetal.step.Stamp;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.driver.model.Secret;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes the ramdisk the rescue system: gives its user the password of the request, after which the ramdisk's agent ends. There
 * is nothing to undo.
 *
 * <p>An agent that cannot be reached any more after it was sent the password has ended: its answer was lost, for example when
 * this process died.
 *
 * <p>Source: Ironic Python Agent {@code ironic_python_agent/extensions/rescue.py}.
 */
public final class FinalizeRescue implements Step {
    private static final Logger LOG = LoggerFactory.getLogger(FinalizeRescue.class);

    private static final String NAME = "rescue.finalize";

    /** Key for the time at which the password was sent first. */
    private static final String SENT = NAME + ".sent";

    /** How long an agent is unreachable after the password was sent before it counts as ended. */
    private static final Duration ENDED_AFTER = Duration.ofSeconds(30);

    private final Ramdisk ramdisk;
    private final RandomGenerator random;
    private final Duration limit;

    /**
     * Makes the step with its limit.
     *
     * @param random makes the salts of password hashes
     */
    public FinalizeRescue(Ramdisk ramdisk, RandomGenerator random, Duration limit) {
        this.ramdisk = ramdisk;
        this.random = random;
        this.limit = limit;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Duration limit() {
        return limit;
    }

    @Override
    public StepResult run(StepContext context) {
        Optional<Secret> password = context.secret(RescueInput.PASSWORD);
        if (password.isEmpty()) {
            return new Failed(
                    FailureCause.CONFIG,
                    "the rescue of node " + context.node().name() + " was requested without a password; give one");
        }
        String key = OnRamdisk.keyOfThisBoot(context, SENT);
        Optional<Duration> sentAgo = Stamp.age(context, key);
        if (sentAgo.isEmpty()) {
            Stamp.put(context, key);
        }
        CommandResult result;
        try {
            result = ramdisk.ask(context, AgentCommand.finalizeRescue(PasswordHash.of(password.get(), random)));
        } catch (AgentException e) {
            boolean ended = e.reason() == AgentException.Reason.UNREACHABLE
                    && sentAgo.filter(ago -> ago.compareTo(ENDED_AFTER) >= 0).isPresent();
            if (!ended) {
                throw e;
            }
            LOG.info(
                    "node {}: the ramdisk's agent has ended after it was sent the rescue password",
                    context.node().name());
            return StepResult.DONE;
        }
        return result.status() == CommandResult.Status.SUCCEEDED
                ? StepResult.DONE
                : new Failed(
                        FailureCause.RAMDISK,
                        NAME + " on " + context.node().name() + ": the ramdisk did not take the password: " + result);
    }
}
