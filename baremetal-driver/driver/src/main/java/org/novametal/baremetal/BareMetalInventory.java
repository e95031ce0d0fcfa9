package org.novametal.baremetal;

import com.google.common.io.MoreFiles;
import com.google.common.io.RecursiveDeleteOption;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedSet;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.console.ConsoleRecorder;
import org.novametal.baremetal.inventory.ConsoleSource;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.ResourceReporter;
import org.novametal.baremetal.store.HistoryEntry;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreOptions;
import org.novametal.baremetal.store.StoreOptions.Schema;
import org.novametal.baremetal.store.sql.SqlStore;
import org.novametal.bmc.loader.BmcFactories;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverHost;
import org.novametal.driver.model.AvailableResource;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.NodeName;
import org.novametal.text.IoFailure;

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
    private final ResourceReporter reporter;
    private final BareMetalOptions options;
    private final NodeValidation validation;
    private final OpenedParts opened;

    private BareMetalInventory(
            Enrolment enrolment,
            NodeOperations operations,
            BareMetalOptions options,
            SortedSet<String> schemes,
            OpenedParts opened) {
        this.enrolment = enrolment;
        this.operations = operations;
        this.reporter = new ResourceReporter(options.reservedHostMemoryMb());
        this.options = options;
        this.validation = new NodeValidation(options, schemes);
        this.opened = opened;
    }

    /**
     * Opens the inventory that a configuration names, beside its host. One with an older schema than this program's is refused:
     * the compute host upgrades it.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when there is none or it cannot be used; {@code CONFIG_INVALID} when
     *     others may read its key
     */
    public static BareMetalInventory open(BareMetalOptions options, InstantSource clock, Missing missing) {
        return open(options, clock, missing, Schema.REFUSED);
    }

    /**
     * Opens the inventory that a configuration names, as {@link #open(BareMetalOptions, InstantSource, Missing)} does.
     *
     * @param older what happens to an inventory with an older schema; upgrade it only while no host of an older version runs
     */
    public static BareMetalInventory open(
            BareMetalOptions options, InstantSource clock, Missing missing, Schema older) {
        OpenedParts opened = new OpenedParts();
        try {
            InventoryPlace place = InventoryPlace.of(options);
            if (missing == Missing.CREATE) {
                if (place.isNew()) {
                    place.key().requireGiven();
                }
                StateFolder.open(options.places().statePath());
            }
            Store store = opened.add(
                    switch (missing) {
                        case REFUSE -> place.openPresent(clock, older);
                        case CREATE -> place.open(clock, older);
                    });
            return beside(options, clock, store, opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /** Whether nothing of the inventory that a configuration names exists yet, so that {@link Missing#CREATE} makes it. */
    public static boolean isNew(BareMetalOptions options) {
        return InventoryPlace.of(options).isNew();
    }

    /**
     * An empty inventory in a folder for temporary files, which is deleted when this is closed: what a new inventory would
     * refuse is refused here, before anything of that is made. Its operations are never run.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when the folder cannot be made
     */
    public static BareMetalInventory rehearsal(BareMetalOptions options, InstantSource clock) {
        OpenedParts opened = new OpenedParts();
        try {
            Path folder = Files.createTempDirectory("nova-metal-check");
            opened.add(() -> MoreFiles.deleteRecursively(folder, RecursiveDeleteOption.ALLOW_INSECURE));
            Store store = opened.add(SqlStore.sqlite(
                    folder.resolve("check.db"),
                    SecretCipher.ofKeyFile(folder.resolve("check.key")),
                    clock,
                    StoreOptions.DEFAULTS.withTimeout(options.inventory().timeout())));
            return beside(options, clock, store, opened);
        } catch (IOException e) {
            opened.close();
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY, "no folder for temporary files can be made: " + IoFailure.reason(e), e);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static BareMetalInventory beside(
            BareMetalOptions options, InstantSource clock, Store store, OpenedParts opened) {
        BmcFactories kinds = opened.add(SubsystemOptions.kindsOfBmc(options, List.of()));
        return new BareMetalInventory(
                new Enrolment(store.nodes(), new Enrolment.Listener() {}, new EnrolledBmcs(kinds)),
                new NodeOperations(store, clock, options.deploying().onFailure(), SubsystemOptions.runner(options)),
                options,
                kinds.schemes(),
                opened);
    }

    /**
     * Becomes the host of an existing inventory, and resumes its unfinished operations; closing parks them again. An older
     * schema is upgraded, as at every start of a host.
     *
     * @param compute the compute service; its host name is used only if the inventory has no host yet
     * @throws DriverException {@code DRIVER_NOT_READY} when there is no inventory, or another host works on it
     */
    public static BareMetalInventory host(BareMetalOptions options, DriverHost compute) {
        HostName name;
        try (Store store = InventoryPlace.of(options).openPresent(compute.clock(), Schema.UPGRADED)) {
            name = BareMetalWiring.storedHost(store.settings()).orElse(compute.host());
        }
        BareMetalDriver driver =
                BareMetalDriver.builder().options(options).host(compute).build();
        OpenedParts opened = new OpenedParts();
        opened.add(driver);
        try {
            driver.initHost(name);
            return new BareMetalInventory(
                    driver.enrolment(), driver.nodeOperations(), options, schemes(options), opened);
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private static SortedSet<String> schemes(BareMetalOptions options) {
        try (BmcFactories kinds = SubsystemOptions.kindsOfBmc(options, List.of())) {
            return kinds.schemes();
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

    /**
     * The resources of all nodes as they are now, sorted by name, as the driver reports them to a scheduler.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    public List<AvailableResource> resources() {
        return enrolment.list().stream().map(reporter::report).toList();
    }

    /**
     * Checks whether a node has what each of its interfaces needs: in its description and in the configuration, without a call
     * to its BMC.
     *
     * @return one row an interface, in a fixed order
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code DRIVER_NOT_READY}
     */
    public List<NodeValidation.Verdict> validate(NodeName node) {
        return validation.of(enrolment.show(node));
    }

    /**
     * The file with the console output of a node: the log that the compute host records, or the file that another program
     * writes, within {@code console_folders}. The host renames a log that has become too large, and begins a new file.
     *
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code CONSOLE_NOT_AVAILABLE} when the node has none, or it must not be
     *     read; {@code DRIVER_NOT_READY}
     */
    public Path consoleLog(NodeName name) {
        NodeRecord node = enrolment.show(name).node();
        ConsoleSource source = node.access()
                .console()
                .orElseThrow(() -> new DriverException(
                        ErrorCode.CONSOLE_NOT_AVAILABLE,
                        "node " + name
                                + " has no console_log; set it to sol, or to the file that has its console output"));
        return switch (source) {
            case ConsoleSource.SerialOverLan() ->
                ConsoleRecorder.logFile(StateFolder.consoles(options.places().statePath()), node.uuid());
            case ConsoleSource.File(Path path) -> {
                try {
                    yield ConsoleOutput.allowed(path, node, options.places().consoleFolders());
                } catch (IOException e) {
                    throw ConsoleOutput.unreadable(node, e);
                }
            }
        };
    }

    /** Closes the inventory; a host's operations are parked. Idempotent. */
    @Override
    public void close() {
        opened.close();
    }
}
