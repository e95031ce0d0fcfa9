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
 * The machines and the store of an {@link InMemoryComputeDriver}: a truth that outlives the driver, so that a second driver
 * made over it is what a restart would make. One driver at a time works on it.
 *
 * <p>Faults are planted from outside: the store can be taken away, deployments and cleanings can be held, and a deployment
 * can be made to fail. Safe for many threads; the monitor of this object owns the rows.
 */
public final class InMemoryNodes {
    private final Map<NodeName, NodeRow> rows = new LinkedHashMap<>();
    private final Map<InstanceId, StoredOperation> operations = new LinkedHashMap<>();
    private final WorkGate deployGate = new WorkGate();
    private final WorkGate cleanGate = new WorkGate();
    private Optional<HostName> owner = Optional.empty();
    private Consumer<State> listener = state -> {};
    private boolean broken;

    /** What the store holds of an instance's newest operation. */
    record StoredOperation(InstanceOperation state, OperationRequest request) {}

    /** The given nodes, all free. */
    public static InMemoryNodes of(Collection<InMemoryNode> nodes) {
        InMemoryNodes all = new InMemoryNodes();
        nodes.forEach(all::add);
        return all;
    }

    /**
     * Adds a free node.
     *
     * @throws IllegalArgumentException when there is one of that name or UUID
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
     * Takes a free node away for good. One that is not there is a success.
     *
     * @throws IllegalStateException when an instance holds it
     */
    public synchronized void remove(NodeName node) {
        NodeRow row = rows.get(node);
        if (row != null && row.tenant().isPresent()) {
            throw new IllegalStateException("cannot remove node '" + node + "': "
                    + row.tenant().get().instance() + " holds it; destroy the instance first");
        }
        rows.remove(node);
    }

    /** From now on every access to the store ends in {@code DRIVER_NOT_READY}; the driver reports its host as down. */
    public void breakStore() {
        setBroken(State.DOWN);
    }

    /** The store answers again, with what it held; the driver reports its host as up. */
    public void mendStore() {
        setBroken(State.UP);
    }

    private void setBroken(State state) {
        Consumer<State> informed;
        synchronized (this) {
            boolean wanted = state == State.DOWN;
            if (broken == wanted) {
                return;
            }
            broken = wanted;
            informed = listener;
        }
        informed.accept(state);
    }

    /** From now on deployments stop in the middle, after their node was claimed. */
    public void holdDeploys() {
        deployGate.hold();
    }

    /** Deployments that stopped go on; later ones do not stop. */
    public void releaseDeploys() {
        deployGate.release();
    }

    /**
     * Returns when a deployment on that node stands at the hold.
     *
     * @throws InterruptedException when the thread is interrupted
     * @throws IllegalStateException when none came within the limit
     */
    public void awaitHeldDeploy(NodeName node, Duration limit) throws InterruptedException {
        deployGate.awaitStanding(node, limit);
    }

    /** The next deployment fails with {@code DEPLOY_FAILED} once its node was claimed. */
    public void failNextDeploy() {
        deployGate.failNext();
    }

    /** From now on nodes stay {@code cleaning} after a destroy. */
    public void holdCleaning() {
        cleanGate.hold();
    }

    /** Cleanings that stopped go on; later ones do not stop. */
    public void releaseCleaning() {
        cleanGate.release();
    }

    WorkGate deployGate() {
        return deployGate;
    }

    WorkGate cleanGate() {
        return cleanGate;
    }

    /** Sets what hears that the store is lost or back, in place of the former listener. */
    synchronized void listen(Consumer<State> next) {
        listener = next;
    }

    /**
     * Makes these nodes that host's, for ever.
     *
     * @throws DriverException {@code CONFIG_INVALID} when they are another host's
     */
    synchronized void own(HostName host) {
        requireStore();
        if (owner.isPresent() && !owner.get().equals(host)) {
            throw new DriverException(
                    ErrorCode.CONFIG_INVALID,
                    "the in-memory nodes are those of host '" + owner.get() + "', not of '" + host
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

    /** Stores a new operation as its instance's newest. */
    synchronized void begin(StoredOperation operation) {
        requireStore();
        operations.put(operation.state().instance(), operation);
    }

    /** Stores how far an operation is, unless a newer one has taken its place. */
    synchronized void update(InstanceOperation state) {
        requireStore();
        operations.computeIfPresent(
                state.instance(),
                (_, stored) ->
                        stored.state().id().equals(state.id()) ? new StoredOperation(state, stored.request()) : stored);
    }

    // ---- rows

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

    /** Replaces a row by what the change makes of it; a change that throws leaves it as it is. */
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
                    "the store of the in-memory nodes does not answer since InMemoryNodes.breakStore(); call"
                            + " mendStore()");
        }
    }
}
