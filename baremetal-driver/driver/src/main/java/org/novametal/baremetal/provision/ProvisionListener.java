package org.novametal.baremetal.provision;

import java.util.Optional;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.model.InstanceId;

/**
 * Notified of changes to nodes, after they are stored. Called by the threads that run operations, without any lock held; its
 * exceptions are logged and have no other effect.
 */
public interface ProvisionListener {
    /** The provision state of a node has changed. */
    void stateChanged(NodeRecord node, Optional<InstanceId> instance, ProvisionState oldState);

    /**
     * A step of an operation made progress.
     *
     * @param fraction how much of the operation is done, 0.0 to 1.0
     */
    void progressed(NodeRecord node, Optional<InstanceId> instance, String step, double fraction);
}
