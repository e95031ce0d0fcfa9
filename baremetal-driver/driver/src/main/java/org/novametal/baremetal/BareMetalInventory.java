package org.novametal.baremetal;

import java.time.InstantSource;
import java.util.List;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.store.Store;
import org.novametal.bmc.loader.BmcFactories;
import org.novametal.driver.error.DriverException;

/**
 * The inventory of a compute host, opened by another process: nodes can be listed and changed, and operations on them
 * requested, while the host runs. It reads the key of the secrets, so that process runs as the user of the compute service.
 *
 * <p>Any thread may call; calls block only for the store.
 */
public final class BareMetalInventory implements AutoCloseable {
    private final Store store;
    private final BmcFactories kinds;
    private final Enrolment enrolment;
    private final NodeOperations operations;

    private BareMetalInventory(Store store, BmcFactories kinds, InstantSource clock) {
        this.store = store;
        this.kinds = kinds;
        this.enrolment = new Enrolment(store.nodes(), new Enrolment.Listener() {}, kinds::otherSpelling);
        this.operations = new NodeOperations(store, clock);
    }

    /**
     * Opens the inventory that a configuration names; creates none.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when there is none or it cannot be used; {@code CONFIG_INVALID} when
     *     others may read its key
     */
    public static BareMetalInventory open(BareMetalOptions options, InstantSource clock) {
        Store store = InventoryPlace.of(options).openPresent(clock);
        try {
            return new BareMetalInventory(store, SubsystemOptions.kindsOfBmc(options, List.of()), clock);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** Enrols, lists, shows, changes and deletes nodes. */
    public Enrolment enrolment() {
        return enrolment;
    }

    /** Requests operations on nodes. */
    public NodeOperations operations() {
        return operations;
    }

    /** Closes the inventory. Idempotent. */
    @Override
    public void close() {
        kinds.close();
        store.close();
    }
}
