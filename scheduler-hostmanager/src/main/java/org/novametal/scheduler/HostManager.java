package org.novametal.scheduler;

import org.novametal.driver.model.InstanceId;
import org.novametal.scheduler.host.HostSnapshot;

/**
 * What chooses a node for an instance. Any number of threads may call it at once.
 *
 * <p>Source: Nova {@code nova/scheduler/host_manager.py#HostManager}, {@code filter_scheduler.py#schedule_run_instance}.
 */
public interface HostManager {
    /** The nodes as they are reported now. Blocks as long as the source of host attributes does. */
    HostSnapshot snapshot();

    /**
     * Chooses a node that can take the instance and claims it: until the claim ends, no other instance is given this node.
     * Idempotent: an instance that has a claim gets the same node again, as long as it will do. Blocks as long as the source
     * of host attributes does.
     *
     * @throws NoValidHostException when there is none; it tells for each node why
     * @throws org.novametal.driver.error.DriverException {@code BUILD_ABORT} when the request cannot be understood, or the
     *     instance holds a node already; what the source of host attributes throws
     */
    Selection select(RequestSpec request);

    /**
     * Ends the instance's claim: to be called when a spawn failed or never began. After a spawn that succeeded the claim
     * ends by itself as soon as the driver reports the node as the instance's. Idempotent; harmless without a claim.
     */
    void release(InstanceId instance);
}
