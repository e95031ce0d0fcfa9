package org.novametal.driver.model;

import java.util.Objects;

/**
 * A request to deploy a new instance on the node that was chosen for it.
 *
 * <p>Source: Nova {@code nova/virt/driver.py#spawn}. Its ten positional arguments are collected in this object, so that
 * a new argument breaks no caller.
 */
public final class SpawnRequest extends DeployRequest {
    private final PowerAfterSpawn power;

    private SpawnRequest(Builder builder) {
        super(builder);
        this.power = builder.power;
    }

    /** Starts a request; by default the machine is on at the end, see {@link Builder#power}. */
    public static Builder builder(Instance instance, ImageMeta image) {
        return new Builder(instance, image);
    }

    /** Whether the machine is on at the end of the spawn. */
    public PowerAfterSpawn power() {
        return power;
    }

    /** Collects the parts of a {@link SpawnRequest}. Not thread-safe. */
    public static final class Builder extends DeployRequest.Builder<Builder> {
        private PowerAfterSpawn power = PowerAfterSpawn.ON;

        private Builder(Instance instance, ImageMeta image) {
            super(instance, image);
        }

        @Override
        Builder self() {
            return this;
        }

        /** Sets whether the machine is on at the end of the spawn. */
        public Builder power(PowerAfterSpawn value) {
            power = Objects.requireNonNull(value, "power");
            return this;
        }

        /** Builds the request. */
        public SpawnRequest build() {
            return new SpawnRequest(this);
        }
    }
}
