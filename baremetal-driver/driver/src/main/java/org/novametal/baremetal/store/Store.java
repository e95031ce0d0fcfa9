package org.novametal.baremetal.store;

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

    /** Ends threads and connections; calls under way may end first, within the store's limit. Idempotent. */
    @Override
    void close();
}
