package org.novametal.baremetal;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.console.ConsoleRecorder;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreOptions.Schema;
import org.novametal.bmc.Bmc;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.bmc.loader.BmcFactories;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.NodeName;

/**
 * Opens BMCs for tools: any BMC by its address, and the BMCs of an inventory by node name, also while a compute host works on
 * that inventory. To a running host, a tool's power changes look like a press of the machine's power button. Not thread-safe;
 * the opened BMCs are.
 */
public final class BmcAccess implements AutoCloseable {
    private final BmcFactories kinds;
    private final BmcOptions bmcOptions;
    private final @Nullable BareMetalOptions options;
    private final OpenedParts opened = new OpenedParts();
    private @Nullable Store store;
    private @Nullable BmcHandles handles;

    private BmcAccess(BmcFactories kinds, BmcOptions bmcOptions, @Nullable BareMetalOptions options) {
        this.kinds = kinds;
        this.bmcOptions = bmcOptions;
        this.options = options;
        opened.add(kinds);
    }

    /**
     * Access without a configuration: no inventory, no plug-ins, default limits.
     *
     * @param privilege the privilege level that users log in with
     * @throws org.novametal.bmc.loader.BmcPluginException when a kind of BMC cannot be used
     */
    public static BmcAccess withoutConfiguration(Privilege privilege) {
        return withoutConfiguration(BmcFactories.load(List.of()), privilege);
    }

    /**
     * Access without a configuration, with plug-ins: no inventory, default limits.
     *
     * @param privilege the privilege level that users log in with
     * @param pluginFolder the folder of plug-ins, which must exist; see {@link BmcFactories}
     * @throws org.novametal.bmc.loader.BmcPluginException when a kind of BMC or a plug-in cannot be used
     */
    public static BmcAccess withoutConfiguration(Privilege privilege, Path pluginFolder) {
        return withoutConfiguration(BmcFactories.load(List.of(), pluginFolder), privilege);
    }

    private static BmcAccess withoutConfiguration(BmcFactories kinds, Privilege privilege) {
        return new BmcAccess(kinds, BmcOptions.DEFAULTS.withPrivilege(privilege), null);
    }

    /**
     * Access with the limits, plug-ins and inventory of a configuration. The inventory is opened by the first call that names
     * a node.
     *
     * @param privilege the privilege level that users log in with, except on nodes that were enrolled with their own privilege
     *     level
     * @throws org.novametal.bmc.loader.BmcPluginException when a kind of BMC cannot be used
     */
    public static BmcAccess of(BareMetalOptions options, Privilege privilege) {
        return new BmcAccess(
                SubsystemOptions.kindsOfBmc(options, List.of()),
                SubsystemOptions.bmc(options).withPrivilege(privilege),
                options);
    }

    /** The canonical form of an address, for comparisons; see {@link BmcFactories#canonical}. */
    public BmcAddress canonical(BmcAddress address) {
        return kinds.canonical(address);
    }

    /** Opens a handle on a BMC; see {@link BmcFactories#open}. {@link #close} closes it. */
    public Bmc open(BmcAddress address, BmcCredentials credentials) {
        Bmc bmc = kinds.open(address, credentials, bmcOptions);
        opened.add(bmc);
        return bmc;
    }

    /**
     * Opens a handle on a node's BMC, or returns the open handle. {@link #close} closes it.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY} when there is no inventory, or it cannot be
     *     read
     */
    public Bmc bmc(NodeName node) {
        Store inventory = inventory();
        NodeRecord record = inventory.nodes().find(node).orElseThrow(() -> unknown(inventory, node.value()));
        if (handles == null) {
            handles = new BmcHandles(inventory.nodes(), kinds, bmcOptions);
            opened.add(handles);
        }
        return handles.bmc(record);
    }

    /**
     * The name of the node that an operator names: the node with this name or, if there is none, with this UUID.
     *
     * @throws IllegalArgumentException when the text cannot be a node's name
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY} when there is no inventory, or it cannot be read
     */
    public NodeName nameOf(String nameOrUuid) {
        Store inventory = inventory();
        return inventory
                .nodes()
                .find(nameOrUuid)
                .map(NodeRecord::name)
                .orElseThrow(() -> unknown(inventory, nameOrUuid));
    }

    private static DriverException unknown(Store inventory, String node) {
        return new DriverException(
                ErrorCode.NODE_NOT_FOUND, "the inventory has no node " + node + "; it has " + names(inventory));
    }

    /**
     * The log in which the compute host of this configuration records a node's console output; the host keeps the console
     * connected while it runs. Empty when the console is not recorded or there is no such node.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when there is no inventory, or it cannot be read
     */
    public Optional<Path> recordedConsole(NodeName node) {
        Store inventory = inventory();
        Path folder =
                StateFolder.consoles(Objects.requireNonNull(options).places().statePath());
        return inventory
                .nodes()
                .find(node)
                .filter(NodeRecord::isConsoleRecorded)
                .map(record -> ConsoleRecorder.logFile(folder, record.uuid()));
    }

    private static String names(Store inventory) {
        List<String> names = inventory.nodes().all().stream()
                .map(node -> node.name().toString())
                .limit(20)
                .toList();
        return names.isEmpty() ? "none" : String.join(", ", names) + (names.size() == 20 ? ", …" : "");
    }

    private Store inventory() {
        if (store != null) {
            return store;
        }
        if (options == null) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, "no inventory is configured; use a configuration that sets state_path");
        }
        Store present = InventoryPlace.of(options).openPresent(InstantSource.system(), Schema.REFUSED);
        opened.add(present);
        store = present;
        return present;
    }

    /** Closes all BMCs and the inventory. Idempotent. */
    @Override
    public void close() {
        opened.close();
    }
}
