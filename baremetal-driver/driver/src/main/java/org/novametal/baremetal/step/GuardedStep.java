package org.novametal.baremetal.step;

import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.novametal.agent.AgentException;
import org.novametal.agent.AgentToken;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.bmc.BmcException;
import org.novametal.driver.model.Secret;

/**
 * Wraps a step and converts the exceptions of BMCs and agents to results of the step; no other code does so. After a failure
 * that may pass by itself, the step is tried again within its limit. Results repeat what an agent says: the node's token and
 * the secret part of its image's URL are blanked in them, wherever the agent put them.
 */
public final class GuardedStep implements Step {
    private static final String STARS = "***";
    /** Saves most results a look into the store. */
    private static final Pattern LIKE_A_SECRET = Pattern.compile("[A-Za-z0-9_-]{32,}");

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
        return blanked(context, called(context, body));
    }

    private static StepResult blanked(StepContext context, StepResult result) {
        return switch (result) {
            case Failed(FailureCause cause, String message) -> new Failed(cause, blanked(context, message));
            case Wait(WaitFor what, Duration pause, String why) -> new Wait(what, pause, blanked(context, why));
            case StepResult.Done _, StepResult.BackTo _ -> result;
        };
    }

    private static String blanked(StepContext context, String text) {
        String blanked = AgentToken.blanked(text);
        if (!LIKE_A_SECRET.matcher(blanked).find()) {
            return blanked;
        }
        List<Secret> secrets = context.agent().stream()
                .flatMap(agent -> Stream.concat(Stream.of(agent.token()), agent.imageSecret().stream()))
                .toList();
        for (Secret secret : secrets) {
            blanked = blanked.replace(secret.reveal(), STARS);
        }
        return blanked;
    }

    private StepResult called(StepContext context, Body body) throws InterruptedException {
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
        boolean another = context.inStep().plus(RETRY_AFTER).compareTo(step.limit()) < 0;
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
