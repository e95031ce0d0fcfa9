package org.novametal.baremetal.operation;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The progress of an operation.
 *
 * @param status whether the operation's steps run, are being undone, or it has ended
 * @param step the current step, which runs or is undone next; empty when no step is left
 * @param stepSince the time of day at which the current step began, for people
 * @param worked how long the operation was worked on, as of the last write; in milliseconds in the store
 * @param memory values stored by the steps, under keys that begin with the step's name; no secrets
 * @param failure why the operation failed; empty while it has not failed
 */
public record OperationProgress(
        OperationStatus status,
        Optional<String> step,
        Instant stepSince,
        Worked worked,
        Map<String, String> memory,
        Optional<OperationFailure> failure) {
    /** Copies the memory. */
    public OperationProgress {
        Objects.requireNonNull(status, "status");
        Objects.requireNonNull(worked, "worked");
        memory = Map.copyOf(memory);
    }

    /**
     * How long an operation was worked on. The time in a queue, waits for a turn to send a power command, and the time while no
     * process worked on the operation do not count; the system's clock has no influence. The limits of steps use this time.
     *
     * @param total how long it was worked on in all
     * @param atStepBegin the value of {@code total} at which the current step began
     */
    public record Worked(Duration total, Duration atStepBegin) {
        /** Not worked on yet. */
        public static final Worked NONE = new Worked(Duration.ZERO, Duration.ZERO);

        /** How long the current step has taken. */
        public Duration inStep() {
            return total.minus(atStepBegin);
        }

        /** At a later moment; in whole milliseconds, as it is stored. */
        Worked at(Duration now) {
            Duration stored = Duration.ofMillis(now.toMillis());
            return stored.compareTo(total) > 0 ? new Worked(stored, atStepBegin) : this;
        }

        Worked atNewStep() {
            return new Worked(total, total);
        }
    }

    /** The progress at the first step of a plan. */
    public static OperationProgress atStart(Plan plan, Instant now) {
        return new OperationProgress(
                OperationStatus.RUNNING, plan.first(), now, Worked.NONE, Map.of(), Optional.empty());
    }

    /** This progress at the first step of a plan; its memory is kept. */
    OperationProgress begun(Plan plan, Instant now) {
        return new OperationProgress(OperationStatus.RUNNING, plan.first(), now, Worked.NONE, memory, failure);
    }

    OperationProgress atStep(Optional<String> next, Instant now) {
        return new OperationProgress(status, next, now, worked.atNewStep(), memory, failure);
    }

    OperationProgress turnedBack(OperationStatus next, Optional<String> from, OperationFailure why, Instant now) {
        return new OperationProgress(next, from, now, worked.atNewStep(), memory, Optional.of(failure.orElse(why)));
    }

    OperationProgress ended(OperationStatus end, Optional<OperationFailure> why) {
        return new OperationProgress(end, step, stepSince, worked, memory, why);
    }

    OperationProgress remembering(String key, String value) {
        Map<String, String> next = new HashMap<>(memory);
        next.put(key, value);
        return new OperationProgress(status, step, stepSince, worked, next, failure);
    }

    OperationProgress workedFor(Duration total) {
        return new OperationProgress(status, step, stepSince, worked.at(total), memory, failure);
    }
}
