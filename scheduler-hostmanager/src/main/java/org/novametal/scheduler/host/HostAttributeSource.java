package org.novametal.scheduler.host;

import java.util.List;
import org.novametal.driver.model.AvailableResource;

/**
 * Where a host manager learns of the nodes: most often a driver's {@code getAvailableNodes} and {@code
 * getAvailableResource}, asked by the compute host.
 *
 * <p>Facts without a field are in {@link AvailableResource#stats()}. Of these, {@code provision_state} and
 * {@code maintenance} (the reason for it), or else {@code last_error}, explain a refusal.
 */
@FunctionalInterface
public interface HostAttributeSource {
    /**
     * The reports on all nodes as they are now, one per node. May block. Called by many threads at once, once per selection
     * at least; each report is to be read after the call began, never from a cache of earlier calls: a node that became
     * taken before the call must not be reported as free.
     *
     * @throws org.novametal.driver.error.DriverException when they cannot be read; never an empty or partial answer instead
     */
    List<AvailableResource> read();
}
