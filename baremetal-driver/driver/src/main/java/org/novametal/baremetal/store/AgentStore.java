package org.novametal.baremetal.store;

import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.inventory.AgentRecord;

/** The port to the records of deploy ramdisks, one per node. */
public interface AgentStore {
    /** The record of the ramdisk on the node. */
    Optional<AgentRecord> find(UUID node);

    /**
     * Stores a ramdisk's record, in place of an earlier one.
     *
     * @throws org.novametal.driver.error.DriverException {@code NODE_NOT_FOUND}
     */
    void save(AgentRecord agent);

    /** Deletes the ramdisk's record, as steps do before every boot, so that the next ramdisk gets a new token. */
    void forget(UUID node);
}
