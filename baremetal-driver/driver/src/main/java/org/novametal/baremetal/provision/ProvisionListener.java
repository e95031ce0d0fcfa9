package org.novametal.baremetal.provision;

import java.util.Optional;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.model.InstanceId;

/**
 * Hears what happens to nodes, after it is in the store. Called by the threads that run operations, without any lock held;
 * what it throws is logged and changes nothing.
 */
public interface ProvisionListener {
    /** A node went from one state to another. */
    void stateChanged(NodeRecord node, Optional<InstanceId> instance, ProvisionState oldState);

    /**
     * A step of an operation went on.
     *
     * @param fraction how much of the operation is done, 0.0 to 1.0
     */
    void progressed(NodeRecord node, Optional<InstanceId> instance, String step, double fraction);
}
