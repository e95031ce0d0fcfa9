package org.novametal.baremetal.store;

import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.inventory.AgentRecord;

/** The interface to the stored records of deploy ramdisks, one per node. */
public interface AgentStore {
    /** The record of the ramdisk on the node; empty if there is none. */
    Optional<AgentRecord> find(UUID node);

    /**
     * Stores a ramdisk's record, and replaces an earlier record of the same node.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}
     */
    void save(AgentRecord agent);

    /** Deletes the ramdisk's record, as steps do before every boot, so that the token of the ramdisk before is void. */
    void forget(UUID node);
}
