package org.novametal.baremetal.store;

import java.util.Optional;
import java.util.function.Consumer;
import org.novametal.driver.error.DriverException;

/**
 * An open store: one handle for all ports on one database. The rules of {@link
 * org.novametal.baremetal.inventory.EnrolledNodes} on transactions, threads and errors hold for every port.
 */
public interface Store extends AutoCloseable {
    /** The port to nodes. */
    NodeStore nodes();

    /** The port to operations. */
    OperationStore operations();

    /** The port to deploy ramdisks. */
    AgentStore agents();

    /** The port to settings. */
    Settings settings();

    /**
     * Sets the listener that is notified after each call to a port: with empty when the store answered, else with the
     * {@code DRIVER_NOT_READY} that the caller gets. Called by the callers' threads; must return soon.
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
