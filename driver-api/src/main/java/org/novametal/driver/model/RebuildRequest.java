package org.novametal.driver.model;

import java.util.Objects;

/**
 * A request to write another image to an instance's node.
 *
 * <p>Source: Nova {@code nova/virt/driver.py#rebuild}. Its arguments are collected in this object, so that a new
 * argument breaks no caller.
 */
public final class RebuildRequest extends DeployRequest {
    private final DiskTreatment disks;

    private RebuildRequest(Builder builder) {
        super(builder);
        this.disks = builder.disks;
    }

    /** Starts a request; a rebuild always ends with the machine switched on. */
    public static Builder builder(Instance instance, ImageMeta image) {
        return new Builder(instance, image);
    }

    /** What becomes of the disks. */
    public DiskTreatment disks() {
        return disks;
    }

    /** Collects the parts of a {@link RebuildRequest}. Not thread-safe. */
    public static final class Builder extends DeployRequest.Builder<Builder> {
        private DiskTreatment disks = DiskTreatment.REPLACE_ALL;

        private Builder(Instance instance, ImageMeta image) {
            super(instance, image);
        }

        @Override
        Builder self() {
            return this;
        }

        /** Sets what becomes of the disks; by default nothing on them is kept. */
        public Builder disks(DiskTreatment value) {
            disks = Objects.requireNonNull(value, "disks");
            return this;
        }

        /** Builds the request. */
        public RebuildRequest build() {
            return new RebuildRequest(this);
        }
    }
}
