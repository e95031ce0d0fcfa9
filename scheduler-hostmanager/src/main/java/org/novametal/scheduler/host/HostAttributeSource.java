package org.novametal.scheduler.host;

import java.util.List;
import org.novametal.driver.model.AvailableResource;

/**
 * The source of a host manager's data about nodes: usually a driver's {@code getAvailableNodes} and {@code
 * getAvailableResource}, called by the compute host.
 *
 * <p>Facts that have no field of {@link AvailableResource} are in {@link AvailableResource#stats()}. Of these, {@code
 * provision_state} and {@code maintenance} (the reason for it), or else {@code last_error}, explain a refusal.
 */
@FunctionalInterface
public interface HostAttributeSource {
    /**
     * The reports on the present state of all nodes, one per node. May block. Called by many threads at once, at least
     * once per selection; each report must be read after the call began, never from a cache of earlier calls: a node
     * that was taken before the call must not be reported as free.
     *
     * @throws org.novametal.driver.error.DriverException when the nodes cannot be read; the method never returns an
     *     empty or partial list instead
     */
    List<AvailableResource> read();
}
