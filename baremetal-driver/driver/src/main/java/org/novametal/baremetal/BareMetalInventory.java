package org.novametal.baremetal;

import java.time.InstantSource;
import java.util.List;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.store.HistoryEntry;
import org.novametal.baremetal.store.Store;
import org.novametal.bmc.loader.BmcFactories;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.NodeName;

/**
 * The inventory of a compute host for a program that is not that host: nodes can be listed and changed, and operations on them
 * requested. The program reads the key of the secrets, so it runs as the user of the compute service.
 *
 * <p>{@link #open} works beside a running host. {@link #host} is a host itself, for as long as it is open: it also runs the
 * operations.
 *
 * <p>Any thread may call; calls block only for the store.
 */
public final class BareMetalInventory implements AutoCloseable {
    /** What happens when there is no inventory. */
    public enum Missing {
        /** It is refused. */
        REFUSE,
        /** An empty inventory is created, as a host does at its first start. */
        CREATE
    }

    private final Enrolment enrolment;
    private final NodeOperations operations;
    private final OpenedParts opened;

    private BareMetalInventory(Enrolment enrolment, NodeOperations operations, OpenedParts opened) {
        this.enrolment = enrolment;
        this.operations = operations;
        this.opened = opened;
    }

    /**
     * Opens the inventory that a configuration names, beside its host.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when there is none or it cannot be used; {@code CONFIG_INVALID} when
     *     others may read its key
     */
    public static BareMetalInventory open(BareMetalOptions options, InstantSource clock, Missing missing) {
        OpenedParts opened = new OpenedParts();
        try {
            InventoryPlace place = InventoryPlace.of(options);
            if (missing == Missing.CREATE) {
                StateFolder.open(options.places().statePath());
            }
            Store store = opened.add(
                    switch (missing) {
                        case REFUSE -> place.openPresent(clock);
                        case CREATE -> place.open(clock);
                    });
            BmcFactories kinds = opened.add(SubsystemOptions.kindsOfBmc(options, List.of()));
            return new BareMetalInventory(
                    new Enrolment(store.nodes(), new Enrolment.Listener() {}, kinds::otherSpelling),
                    new NodeOperations(store, clock, options.deploying().onFailure()),
                    opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /**
     * Becomes the host of an existing inventory, and resumes its unfinished operations; closing parks them again.
     *
     * @param compute the compute service; its host name is used only if the inventory has no host yet
     * @throws DriverException {@code DRIVER_NOT_READY} when there is no inventory, or another host works on it
     */
    public static BareMetalInventory host(BareMetalOptions options, DriverHost compute) {
        HostName name;
        try (Store store = InventoryPlace.of(options).openPresent(compute.clock())) {
            name = BareMetalWiring.storedHost(store.settings()).orElse(compute.host());
        }
        BareMetalDriver driver =
                BareMetalDriver.builder().options(options).host(compute).build();
        OpenedParts opened = new OpenedParts();
        opened.add(driver);
        try {
            driver.initHost(name);
            return new BareMetalInventory(driver.enrolment(), driver.nodeOperations(), opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Enrols, lists, shows, changes and deletes nodes. */
    public Enrolment enrolment() {
        return enrolment;
    }

    /**
     * The newest entries of a node's history, the newest first: operations, their steps, changes of power, marks and instance.
     * The history is bounded by {@code node_history_count}, and is deleted with the node.
     *
     * @param most how many entries to return at most, 1 or more
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public List<HistoryEntry> history(NodeName node, int most) {
        return operations.history(node, most);
    }

    /** Requests operations on nodes. */
    public NodeOperations operations() {
        return operations;
    }

    /** Closes the inventory; a host's operations are parked. Idempotent. */
    @Override
    public void close() {
        opened.close();
    }
}
