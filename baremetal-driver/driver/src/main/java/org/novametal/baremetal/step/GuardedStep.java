package org.novametal.baremetal.step;

import java.time.Duration;
import org.novametal.agent.AgentException;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.bmc.BmcException;
import org.novametal.driver.error.ErrorCode;

/**
 * A step whose exceptions have become results: the one place where what a BMC or an agent throws is turned into what the
 * runner understands. What may go away by itself is tried again within the step's limit.
 */
public final class GuardedStep implements Step {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(3);

    private final Step step;

    /** Guards a step. */
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
    public DiskUse diskUse() {
        return step.diskUse();
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
                case LATER -> retry(context, "the BMC to answer (" + e.getMessage() + ")", e.getMessage());
                case NEVER -> failed(context, e.getMessage());
            };
        } catch (AgentException e) {
            return switch (e.reason()) {
                case UNREACHABLE, BUSY ->
                    retry(context, "the ramdisk to answer (" + e.getMessage() + ")", e.getMessage());
                case TOKEN_REFUSED, CERTIFICATE, REFUSED, PROTOCOL -> failed(context, e.getMessage());
            };
        }
    }

    private StepResult retry(StepContext context, String what, String message) {
        boolean another =
                context.now().plus(RETRY_AFTER).isBefore(context.since().plus(step.limit()));
        return another ? new Wait(WaitFor.TIME, RETRY_AFTER, what) : failed(context, message);
    }

    private Failed failed(StepContext context, String message) {
        return new Failed(
                ErrorCode.DEPLOY_FAILED, step.name() + " on " + context.node().name() + ": " + message);
    }

    @FunctionalInterface
    private interface Body {
        StepResult call(StepContext context) throws InterruptedException;
    }
}
