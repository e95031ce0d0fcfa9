package org.novametal.scheduler;

import org.novametal.driver.model.InstanceId;
import org.novametal.scheduler.host.HostSnapshot;

/**
 * Chooses nodes for instances. Any number of threads may call it at once.
 *
 * <p>Source: Nova {@code nova/scheduler/host_manager.py#HostManager}, {@code filter_scheduler.py#schedule_run_instance}.
 */
public interface HostManager {
    /** The nodes with their present state. Blocks as long as the source of host attributes does. */
    HostSnapshot snapshot();

    /**
     * Chooses a node that can take the instance and claims it: until the claim ends, no other instance gets this node.
     * Idempotent: an instance that has a claim gets the same node again, as long as the node fits. Blocks as long as
     * the source of host attributes does.
     *
     * @throws NoValidHostException when no node fits; the exception contains the reasons for each node
     * @throws org.novametal.driver.error.DriverException {@code BUILD_ABORT} when the request cannot be understood, or
     *     the instance is on a node already; also every exception of the source of host attributes
     */
    Selection select(RequestSpec request);

    /**
     * Ends the instance's claim. Call it when a spawn failed or never began. After a successful spawn the claim ends by
     * itself as soon as the driver reports the instance on the node. Idempotent; does nothing without a claim.
     */
    void release(InstanceId instance);
}
