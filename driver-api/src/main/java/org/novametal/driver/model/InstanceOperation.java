package org.novametal.driver.model;

import java.time.Instant;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.driver.error.ErrorCode;

/**
 * A spawn, rebuild or destroy as the driver's store knows it: a value, seen at one moment.
 *
 * <p>It belongs to the store, not to a caller: it goes on when every caller is gone, and over a restart.
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
                    "operation " + id + " is " + phase + (failed ? " without" : " with") + " a failure");
        }
    }

    /** What an operation does. */
    public enum Kind {
        /** Puts a new instance on its node. */
        SPAWN,
        /** Writes another image on the node that the instance has. */
        REBUILD,
        /** Takes the instance off its node. */
        DESTROY
    }

    /** How far an operation is. */
    public enum Phase {
        /** It works, or waits for its turn. */
        RUNNING,
        /** It takes back what it did, because it failed or was cancelled. */
        UNDOING,
        /** It did what was asked. */
        SUCCEEDED,
        /** It failed. A spawn that failed left nothing behind; after a rebuild that failed the instance holds its node. */
        FAILED,
        /** It was cancelled, with the same left behind as when it fails. */
        CANCELLED;

        /** Whether nothing will change any more. */
        public boolean isFinished() {
            return switch (this) {
                case RUNNING, UNDOING -> false;
                case SUCCEEDED, FAILED, CANCELLED -> true;
            };
        }
    }

    /** A part of the request that was not used, and whose loss is no reason to refuse. */
    public enum Unused {
        /** The administrator's password. */
        ADMIN_PASSWORD
    }

    /**
     * Why an operation did not succeed.
     *
     * @param code what a caller decides by
     * @param message what was tried, on which node, and what to do; without secrets
     */
    public record Failure(ErrorCode code, String message) {
        /** Checks that both are there. */
        public Failure {
            Objects.requireNonNull(code, "code");
            Objects.requireNonNull(message, "message");
        }
    }

    /** Starts a running operation at its beginning. */
    public static Builder builder(UUID id, InstanceId instance, Kind kind, String requestId, Instant begunAt) {
        return new Builder(id, instance, kind, requestId, begunAt);
    }

    /** Its identity, which a second request for the same shows again. */
    public UUID id() {
        return id;
    }

    /** The instance that it is about. */
    public InstanceId instance() {
        return instance;
    }

    /** What it does. */
    public Kind kind() {
        return kind;
    }

    /** How far it is. */
    public Phase phase() {
        return phase;
    }

    /** Whether nothing will change any more. */
    public boolean isFinished() {
        return phase.isFinished();
    }

    /** The name of the step that runs or ran last; empty before the first. */
    public String step() {
        return step;
    }

    /** How much of the whole is done, 0.0 to 1.0. */
    public double fraction() {
        return fraction;
    }

    /** The same in words for people; may be empty. */
    public String text() {
        return text;
    }

    /** Why it failed, when it failed or was cancelled; while undoing, why it is undone. */
    public Optional<Failure> failure() {
        return failure;
    }

    /** Parts of the request that were not used. */
    public Set<Unused> unused() {
        return unused;
    }

    /** The request that began it, for logs. */
    public String requestId() {
        return requestId;
    }

    /** When it began, by the host's clock. */
    public Instant begunAt() {
        return begunAt;
    }

    /** A builder with these values, to change some. */
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

    /** Collects the parts of an {@link InstanceOperation}. Not for several threads. */
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

        /** Sets how far it is. */
        public Builder phase(Phase value) {
            phase = Objects.requireNonNull(value, "phase");
            return this;
        }

        /**
         * Sets the step and how much of the whole is done.
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

        /** Sets the words for people. */
        public Builder text(String value) {
            text = Objects.requireNonNull(value, "text");
            return this;
        }

        /** Sets why it failed. */
        public Builder failure(ErrorCode code, String message) {
            failure = Optional.of(new Failure(code, message));
            return this;
        }

        /** Adds a part of the request that was not used. */
        public Builder unused(Unused value) {
            unused.add(value);
            return this;
        }

        /** The operation. */
        public InstanceOperation build() {
            return new InstanceOperation(this);
        }
    }
}
