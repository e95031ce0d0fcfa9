package org.novametal.driver.model;

import java.util.List;
import java.util.Objects;

/**
 * A request to remove an instance from its node.
 *
 * @param instance the instance; it may be unknown to the driver
 * @param networks the instance's networks as Nova knows them
 * @param disks what becomes of the instance's disks: Nova's {@code destroy_disks}
 */
public record DestroyRequest(Instance instance, List<NetworkInterface> networks, DiskFate disks)
        implements OperationRequest {
    /** What becomes of the disks of a destroyed instance. */
    public enum DiskFate {
        /** The disks are erased as configured; the usual case. */
        DESTROY,
        /** The disks are to be kept, which a bare-metal driver cannot do, so it refuses the request. */
        KEEP
    }

    /** Copies the networks. */
    public DestroyRequest {
        Objects.requireNonNull(instance, "instance");
        Objects.requireNonNull(disks, "disks");
        networks = List.copyOf(networks);
    }

    /** A request that destroys the disks and names no networks. */
    public static DestroyRequest of(Instance instance) {
        return new DestroyRequest(instance, List.of(), DiskFate.DESTROY);
    }
}
