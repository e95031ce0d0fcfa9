package org.novametal.baremetal.store;

import java.util.Optional;
import java.util.function.Consumer;
import org.novametal.driver.error.DriverException;

/**
 * An open store: one handle for all parts of one database. The rules of {@link org.novametal.baremetal.inventory.EnrolledNodes}
 * on transactions, threads and errors hold for every part.
 */
public interface Store extends AutoCloseable {
    /** The store's part for nodes. */
    NodeStore nodes();

    /** The store's part for operations. */
    OperationStore operations();

    /** The store's part for deploy ramdisks. */
    AgentStore agents();

    /** The store's part for the histories of nodes. */
    HistoryStore history();

    /** The store's part for settings. */
    Settings settings();

    /** The store's part for compute hosts. */
    HostStore hosts();

    /**
     * Sets the listener that is notified after each call to a part of the store: with an empty value when the store answered,
     * else with the {@code DRIVER_NOT_READY} exception that the caller gets. Called by the callers' threads; must return soon.
     */
    void watch(Consumer<Optional<DriverException>> watcher);

    /**
     * Locks the inventory for this process, as a compute host must; programs that only read and write need no lock.
     * {@link #close} or the end of the process releases it.
     *
     * @throws org.novametal.driver.error.DriverException {@code DRIVER_NOT_READY} while another host has locked it
     */
    void holdAlone();

    /** Ends threads and connections; waits for running calls, within the store's limit. Idempotent. */
    @Override
    void close();
}
