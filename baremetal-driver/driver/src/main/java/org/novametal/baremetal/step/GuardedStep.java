package org.novametal.baremetal.step;

import java.time.Duration;
import org.novametal.agent.AgentException;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.bmc.BmcException;

/**
 * Wraps a step and converts the exceptions of BMCs and agents to results of the step; no other code does so. After a failure
 * that may pass by itself, the step is tried again within its limit.
 */
public final class GuardedStep implements Step {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(3);

    private final Step step;

    /** Wraps a step. */
    public GuardedStep(Step step) {
        this.step = step;
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
        return guard(context, step::run);
    }

    @Override
    public StepResult undo(StepContext context) throws InterruptedException {
        return guard(context, step::undo);
    }

    private StepResult guard(StepContext context, Body body) throws InterruptedException {
        try {
            return body.call(context);
        } catch (BmcException e) {
            return switch (e.reason().retry()) {
                case LATER ->
                    retry(context, FailureCause.BMC, "the BMC to answer (" + e.getMessage() + ")", e.getMessage());
                case NEVER -> failed(context, FailureCause.BMC, e.getMessage());
            };
        } catch (AgentException e) {
            return switch (e.reason()) {
                case UNREACHABLE, BUSY ->
                    retry(
                            context,
                            FailureCause.RAMDISK,
                            "the ramdisk to answer (" + e.getMessage() + ")",
                            e.getMessage());
                case TOKEN_REFUSED, CERTIFICATE, REFUSED, PROTOCOL ->
                    failed(context, FailureCause.RAMDISK, e.getMessage());
            };
        }
    }

    private StepResult retry(StepContext context, FailureCause cause, String what, String message) {
        boolean another =
                context.now().plus(RETRY_AFTER).isBefore(context.since().plus(step.limit()));
        return another ? new Wait(WaitFor.TIME, RETRY_AFTER, what) : failed(context, cause, message);
    }

    private Failed failed(StepContext context, FailureCause cause, String message) {
        return new Failed(cause, step.name() + " on " + context.node().name() + ": " + message);
    }

    @FunctionalInterface
    private interface Body {
        StepResult call(StepContext context) throws InterruptedException;
    }
}
