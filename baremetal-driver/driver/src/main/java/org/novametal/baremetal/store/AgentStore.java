package org.novametal.baremetal.store;

import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.inventory.AgentRecord;

/** The port to what is known of deploy ramdisks, one a node. */
public interface AgentStore {
    /** The ramdisk on the node. */
    Optional<AgentRecord> find(UUID node);

    /**
     * Keeps a ramdisk's record in place of the one before.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}
     */
    void save(AgentRecord agent);

    /** Forgets the ramdisk: at every power change, so that the next one gets a new token. */
    void forget(UUID node);
}
