package org.novametal.driver.model;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.driver.error.ErrorCode;

/**
 * The state of a spawn, rebuild or destroy in the driver's store at one moment. Immutable.
 *
 * <p>An operation belongs to the store, not to a caller: it continues when all callers are gone, and after a restart.
 */
public final class InstanceOperation {
    private final UUID id;
    private final InstanceId instance;
    private final Kind kind;
    private final Phase phase;
    private final String step;
    private final double fraction;
    private final String text;
    private final Optional<Failure> failure;
    private final Set<Unused> unused;
    private final String requestId;
    private final Instant begunAt;

    private InstanceOperation(Builder builder) {
        this.id = builder.id;
        this.instance = builder.instance;
        this.kind = builder.kind;
        this.phase = builder.phase;
        this.step = builder.step;
        this.fraction = builder.fraction;
        this.text = builder.text;
        this.failure = builder.failure;
        this.unused = Set.copyOf(builder.unused);
        this.requestId = builder.requestId;
        this.begunAt = builder.begunAt;
        boolean failed = phase == Phase.FAILED || phase == Phase.CANCELLED;
        if (phase.isFinished() && failed != failure.isPresent()) {
            throw new IllegalArgumentException(
                    "operation " + id + " is " + phase + (failed ? " but has no failure" : " but has a failure"));
        }
    }

    /** What an operation does. */
    public enum Kind {
        /** Deploys a new instance on its node. */
        SPAWN,
        /** Writes another image to the instance's node. */
        REBUILD,
        /** Removes the instance from its node. */
        DESTROY,
        /** Another work on the instance's node, which no request to the driver begins; {@link #text()} names it. */
        OTHER
    }

    /** The phase of an operation. */
    public enum Phase {
        /** The operation is running, or waits until it can run. */
        RUNNING,
        /** The operation undoes its changes, because it failed or was cancelled. */
        UNDOING,
        /** The operation has ended successfully. */
        SUCCEEDED,
        /**
         * The operation failed. A failed spawn leaves nothing behind; after a failed rebuild the instance keeps its
         * node.
         */
        FAILED,
        /** The operation was cancelled; node and instance are in the same state as after a failure. */
        CANCELLED;

        /** Whether the operation has ended and will not change any more. */
        public boolean isFinished() {
            return switch (this) {
                case RUNNING, UNDOING -> false;
                case SUCCEEDED, FAILED, CANCELLED -> true;
            };
        }
    }

    /** A part of a request that a driver may ignore without refusing the request. */
    public enum Unused {
        /** The administrator's password. */
        ADMIN_PASSWORD
    }

    /**
     * Why an operation did not succeed.
     *
     * @param code the code by which a caller decides what to do
     * @param message what was tried, on which node, and what to do; without secrets
     */
    public record Failure(ErrorCode code, String message) {
        /** Checks that neither is null. */
        public Failure {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(message, "message");
        }
    }

    /** Starts with a running operation without progress. */
    public static Builder builder(UUID id, InstanceId instance, Kind kind, String requestId, Instant begunAt) {
        return new Builder(id, instance, kind, requestId, begunAt);
    }

    /** The operation's identity; a second request that joins the operation gets the same id. */
    public UUID id() {
        return id;
    }

    /** The instance that the operation is about. */
    public InstanceId instance() {
        return instance;
    }

    /** The operation's kind. */
    public Kind kind() {
        return kind;
    }

    /** The operation's phase. */
    public Phase phase() {
        return phase;
    }

    /** Whether the operation has ended and will not change any more. */
    public boolean isFinished() {
        return phase.isFinished();
    }

    /** The name of the current or last step; empty before the first step. */
    public String step() {
        return step;
    }

    /** The part of the operation that is done, 0.0 to 1.0. */
    public double fraction() {
        return fraction;
    }

    /** A description of the progress for people; may be empty. */
    public String text() {
        return text;
    }

    /** The reason why the operation failed, was cancelled, or is being undone. */
    public Optional<Failure> failure() {
        return failure;
    }

    /** The parts of the request that were not used. */
    public Set<Unused> unused() {
        return unused;
    }

    /** The id of the request that began the operation, for logs. */
    public String requestId() {
        return requestId;
    }

    /** When the operation began, by the host's clock. */
    public Instant begunAt() {
        return begunAt;
    }

    /** A builder that starts with the values of this operation. */
    public Builder toBuilder() {
        Builder builder = new Builder(id, instance, kind, requestId, begunAt);
        builder.phase = phase;
        builder.step = step;
        builder.fraction = fraction;
        builder.text = text;
        builder.failure = failure;
        builder.unused.addAll(unused);
        return builder;
    }

    @Override
    public String toString() {
        return "InstanceOperation[" + id + ", " + kind + " of " + instance + ", " + phase + " at '" + step + "' "
                + fraction + failure.map(why -> ", " + why.code()).orElse("") + "]";
    }

    /** Collects the parts of an {@link InstanceOperation}. Not thread-safe. */
    public static final class Builder {
        private final UUID id;
        private final InstanceId instance;
        private final Kind kind;
        private final String requestId;
        private final Instant begunAt;
        private Phase phase = Phase.RUNNING;
        private String step = "";
        private double fraction;
        private String text = "";
        private Optional<Failure> failure = Optional.empty();
        private final Set<Unused> unused = EnumSet.noneOf(Unused.class);

        private Builder(UUID id, InstanceId instance, Kind kind, String requestId, Instant begunAt) {
            this.id = Objects.requireNonNull(id, "id");
            this.instance = Objects.requireNonNull(instance, "instance");
            this.kind = Objects.requireNonNull(kind, "kind");
            this.requestId = Objects.requireNonNull(requestId, "requestId");
            this.begunAt = Objects.requireNonNull(begunAt, "begunAt");
        }

        /** Sets the operation's phase. */
        public Builder phase(Phase value) {
            phase = Objects.requireNonNull(value, "phase");
            return this;
        }

        /**
         * Sets the step and the part of the operation that is done.
         *
         * @throws IllegalArgumentException when the fraction is not between 0.0 and 1.0
         */
        public Builder progress(String stepName, double done) {
            if (!(done >= 0.0 && done <= 1.0)) {
                throw new IllegalArgumentException("fraction is " + done + "; it must be between 0.0 and 1.0");
            }
            step = Objects.requireNonNull(stepName, "step");
            fraction = done;
            return this;
        }

        /** Sets the description for people. */
        public Builder text(String value) {
            text = Objects.requireNonNull(value, "text");
            return this;
        }

        /** Sets the reason why the operation failed. */
        public Builder failure(ErrorCode code, String message) {
            failure = Optional.of(new Failure(code, message));
            return this;
        }

        /** Adds a part of the request that was not used. */
        public Builder unused(Unused value) {
            unused.add(value);
            return this;
        }

        /** Builds the operation. */
        public InstanceOperation build() {
            return new InstanceOperation(this);
        }
    }
}
