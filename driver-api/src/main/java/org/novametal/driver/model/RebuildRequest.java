package org.novametal.driver.model;

import java.util.Objects;

/**
 * Another image on the node that an instance has.
 *
 * <p>Source: Nova {@code nova/virt/driver.py#rebuild}; its arguments as one value, so that one more breaks
 * nobody.
 */
public final class RebuildRequest extends DeployRequest {
    private final DiskTreatment disks;

    private RebuildRequest(Builder builder) {
        super(builder);
        this.disks = builder.disks;
    }

    /** Starts a request; the machine ends switched on. */
    public static Builder builder(Instance instance, ImageMeta image) {
        return new Builder(instance, image);
    }

    /** What becomes of the disks. */
    public DiskTreatment disks() {
        return disks;
    }

    /** Collects the parts of a {@link RebuildRequest}. Not for several threads. */
    public static final class Builder extends DeployRequest.Builder<Builder> {
        private DiskTreatment disks = DiskTreatment.REPLACE_ALL;

        private Builder(Instance instance, ImageMeta image) {
            super(instance, image);
        }

        @Override
        Builder self() {
            return this;
        }

        /** Sets what becomes of the disks; all are written until set. */
        public Builder disks(DiskTreatment value) {
            disks = Objects.requireNonNull(value, "disks");
            return this;
        }

        /** The request. */
        public RebuildRequest build() {
            return new RebuildRequest(this);
        }
    }
}
