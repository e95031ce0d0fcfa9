package org.novametal.driver.testing;

import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverEvent.HostAvailability.State;
import org.novametal.driver.model.HostName;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.OperationRequest;

/**
 * The machines and the store of an {@link InMemoryComputeDriver}. They outlive the driver, so that a second driver made
 * over them is in the same state as after a restart. Only one driver at a time may use them.
 *
 * <p>Tests cause faults by calls: the store can be broken, deployments and cleanings can be held, and a deployment can
 * be made to fail. Thread-safe; the monitor of this object guards the records of nodes and operations.
 */
public final class InMemoryNodes {
    private final Map<NodeName, NodeRow> rows = new LinkedHashMap<>();
    private final Map<InstanceId, StoredOperation> operations = new LinkedHashMap<>();
    private final WorkGate deployGate = new WorkGate();
    private final WorkGate cleanGate = new WorkGate();
    private Optional<HostName> owner = Optional.empty();
    private Consumer<State> listener = state -> {};
    private boolean broken;

    /** The stored record of an instance's newest operation. */
    record StoredOperation(InstanceOperation state, OperationRequest request) {}

    /** Makes the store for the given nodes, which are all free. */
    public static InMemoryNodes of(Collection<InMemoryNode> nodes) {
        InMemoryNodes all = new InMemoryNodes();
        nodes.forEach(all::add);
        return all;
    }

    /**
     * Adds a free node.
     *
     * @throws IllegalArgumentException when another node has the same name or UUID
     */
    public synchronized void add(InMemoryNode node) {
        for (NodeRow row : rows.values()) {
            if (row.node().name().equals(node.name()) || row.node().uuid().equals(node.uuid())) {
                throw new IllegalArgumentException(
                        "cannot add " + node + ": " + row.node() + " has the same name or UUID; give it another");
            }
        }
        rows.put(node.name(), NodeRow.free(node));
    }

    /**
     * Removes a free node for good. Removing an unknown node succeeds.
     *
     * @throws IllegalStateException when an instance is on the node
     */
    public synchronized void remove(NodeName node) {
        NodeRow row = rows.get(node);
        if (row != null && row.tenant().isPresent()) {
            throw new IllegalStateException("cannot remove node '" + node + "': "
                    + row.tenant().get().instance() + " holds it; destroy the instance first");
        }
        rows.remove(node);
    }

    /**
     * Makes every later access to the store fail with {@code DRIVER_NOT_READY}; the driver reports its host as down.
     */
    public void breakStore() {
        setBroken(State.DOWN);
    }

    /** Makes the store answer again, with its former content; the driver reports its host as up. */
    public void mendStore() {
        setBroken(State.UP);
    }

    private void setBroken(State state) {
        Consumer<State> notified;
        synchronized (this) {
            boolean wanted = state == State.DOWN;
            if (broken == wanted) {
                return;
            }
            broken = wanted;
            notified = listener;
        }
        notified.accept(state);
    }

    /** Makes later deployments stop in the middle, after their node was claimed. */
    public void holdDeploys() {
        deployGate.hold();
    }

    /** Lets the stopped deployments continue; later deployments do not stop. */
    public void releaseDeploys() {
        deployGate.release();
    }

    /**
     * Returns when a deployment on that node has been stopped by {@link #holdDeploys()}.
     *
     * @throws InterruptedException when the thread is interrupted
     * @throws IllegalStateException when no deployment was stopped within the limit
     */
    public void awaitHeldDeploy(NodeName node, Duration limit) throws InterruptedException {
        deployGate.awaitHeldWork(node, limit);
    }

    /** Makes the next deployment fail with {@code DEPLOY_FAILED} after its node was claimed. */
    public void failNextDeploy() {
        deployGate.failNext();
    }

    /** Makes nodes stay in the state {@code cleaning} after a destroy. */
    public void holdCleaning() {
        cleanGate.hold();
    }

    /** Lets the stopped cleanings continue; later cleanings do not stop. */
    public void releaseCleaning() {
        cleanGate.release();
    }

    WorkGate deployGate() {
        return deployGate;
    }

    WorkGate cleanGate() {
        return cleanGate;
    }

    /** Sets the listener that is notified when the store is lost or answers again; it replaces the former listener. */
    synchronized void listen(Consumer<State> next) {
        listener = next;
    }

    /**
     * Assigns the nodes to the host, for ever.
     *
     * @throws DriverException {@code CONFIG_INVALID} when the nodes belong to another host
     */
    synchronized void own(HostName host) {
        requireStore();
        if (owner.isPresent() && !owner.get().equals(host)) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID,
                    "the in-memory nodes belong to host '" + owner.get() + "', not to '" + host
                            + "'; set [DEFAULT] host back to '" + owner.get() + "'");
        }
        owner = Optional.of(host);
    }

    // ---- operations

    synchronized List<StoredOperation> operations() {
        requireStore();
        return List.copyOf(operations.values());
    }

    synchronized Optional<StoredOperation> operation(InstanceId instance) {
        requireStore();
        return Optional.ofNullable(operations.get(instance));
    }

    /** Stores an operation as the newest operation of its instance. */
    synchronized void begin(StoredOperation operation) {
        requireStore();
        operations.put(operation.state().instance(), operation);
    }

    /** Stores the state of an operation, unless a newer operation has replaced it. */
    synchronized void update(InstanceOperation state) {
        requireStore();
        operations.computeIfPresent(
                state.instance(),
                (_, stored) ->
                        stored.state().id().equals(state.id()) ? new StoredOperation(state, stored.request()) : stored);
    }

    // ---- nodes

    synchronized List<NodeRow> readAll() {
        requireStore();
        return List.copyOf(rows.values());
    }

    synchronized Optional<NodeRow> find(NodeName node) {
        requireStore();
        return Optional.ofNullable(rows.get(node));
    }

    synchronized Optional<NodeRow> findByInstance(InstanceId id) {
        return readAll().stream().filter(row -> row.isHeldBy(id)).findFirst();
    }

    /** Replaces a node's record by the result of the change; a change that throws leaves the record as it was. */
    synchronized void change(NodeName node, UnaryOperator<NodeRow> change) {
        NodeRow row = find(node).orElseThrow(() -> notFound(node));
        rows.put(node, change.apply(row));
    }

    static DriverException notFound(NodeName node) {
        return new DriverException(
                ErrorCode.NODE_NOT_FOUND, "there is no node '" + node + "'; add it with InMemoryNodes.add()");
    }

    private void requireStore() {
        if (broken) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "the store of the in-memory nodes does not answer after InMemoryNodes.breakStore(); call"
                            + " mendStore()");
        }
    }
}
