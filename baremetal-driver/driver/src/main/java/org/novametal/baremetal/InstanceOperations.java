package org.novametal.baremetal;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.DeleteInput;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.operation.NetworkedInput;
import org.novametal.baremetal.operation.OnFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.state.ProvisionState.Use;
import org.novametal.baremetal.step.network.PortAssignment;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.capability.NodeFacts;
import org.novametal.driver.capability.RequestCheck;
import org.novametal.driver.capability.RequestFeature;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.DeployRequest;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.DestroyRequest.DiskFate;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceOperation;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.OperationRequest;
import org.novametal.driver.model.PortBinding;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;

/**
 * Starts spawn, rebuild and destroy operations, or joins an operation that is under way, and reports their progress.
 * Thread-safe.
 */
final class InstanceOperations {
    /** How often a destroy is tried when other callers change the node meanwhile. */
    private static final int ROUNDS = 10;

    /** The optional request features that this driver supports, beyond image and networks. */
    private static final Set<RequestFeature> HONOURED = Set.of(RequestFeature.CONFIG_DRIVE);

    /** The kinds of operation that a compute service submits. */
    private static final Set<OperationKind> REQUESTED_BY_SERVICE =
            Set.of(OperationKind.DEPLOY, OperationKind.REBUILD, OperationKind.DELETE);

    private final Store store;
    private final Provisioner provisioner;
    private final OnFailure onFailure;
    private final OperationView view;
    private final DeployTranslation translation;

    /**
     * Creates the operations of instances.
     *
     * @param onFailure what happens to a machine when a requested spawn or rebuild fails
     * @param translation makes the inputs of operations
     */
    InstanceOperations(Store store, Provisioner provisioner, OnFailure onFailure, DeployTranslation translation) {
        this.translation = translation;
        this.store = store;
        this.onFailure = onFailure;
        this.provisioner = provisioner;
        this.view = new OperationView(provisioner);
    }

    // ---- reservation

    NodeRecord reserve(Instance instance) {
        NodeRecord node = chosenNode(instance);
        Optional<NodeRecord> held = store.nodes().ofInstance(instance.id());
        if (held.isPresent() && !held.get().uuid().equals(node.uuid())) {
            throw new DriverException(
                    ErrorCode.BUILD_ABORT,
                    "instance " + instance.id() + " is on node " + held.get().name()
                            + " already, so it cannot be put on " + node.name() + " too; destroy the instance first");
        }
        if (!store.nodes().claim(node.uuid(), new InstanceOnNode(instance.id(), instance.name()))) {
            throw notFree(store.nodes().find(node.uuid()).orElse(node), instance.id());
        }
        return store.nodes().find(node.uuid()).orElse(node);
    }

    private NodeRecord chosenNode(Instance instance) {
        NodeName name = instance.node()
                .orElseThrow(() -> new DriverException(
                        ErrorCode.BUILD_ABORT,
                        "no node is chosen for instance " + instance.id() + "; the scheduler must choose a node"));
        return store.nodes()
                .find(name)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NODE_NOT_FOUND,
                        "instance " + instance.id() + ": no node '" + name + "' is enrolled"));
    }

    /** The refusal of a claim; the node was read again since, and may be free again. */
    private static DriverException notFree(NodeRecord node, InstanceId instance) {
        if (node.state().use() == Use.FREE
                && node.instance().isEmpty()
                && node.marks().whyNotFree().isEmpty()) {
            return new DriverException(
                    ErrorCode.RESOURCES_UNAVAILABLE,
                    "node " + node.name() + " could not take instance " + instance
                            + ": an instance or an operation held it at that moment, but it is available now; try again,"
                            + " or choose another node");
        }
        return new DriverException(
                ErrorCode.RESOURCES_UNAVAILABLE,
                "node " + node.name() + " cannot take instance " + instance + ": it is "
                        + node.state().persistedName()
                        + node.instance()
                                .map(i -> ", held by instance " + i.id())
                                .orElse("")
                        + node.marks().whyNotFree().map(why -> ", " + why).orElse("")
                        + "; choose another node");
    }

    void release(InstanceId instance) {
        store.nodes().ofInstance(instance).ifPresent(node -> store.nodes().unclaim(node.uuid(), instance));
    }

    // ---- operations

    InstanceOperation submit(RequestContext context, OperationRequest request) {
        return switch (request) {
            case SpawnRequest spawn -> spawn(context, spawn);
            case RebuildRequest rebuild -> rebuild(context, rebuild);
            case DestroyRequest destroy -> destroy(context, destroy);
        };
    }

    Optional<InstanceOperation> progress(InstanceId instance) {
        return newest(instance).map(view::newest);
    }

    /**
     * The instance's newest spawn, rebuild or deletion, or a newer operation of an operator after which the instance is
     * deleted.
     */
    private Optional<OperationRecord> newest(InstanceId instance) {
        Optional<OperationRecord> newest = store.operations().newest(instance);
        return newest.isEmpty()
                        || REQUESTED_BY_SERVICE.contains(newest.get().kind())
                        || newest.get().deletion().isPresent()
                ? newest
                : store.operations().newest(instance, REQUESTED_BY_SERVICE);
    }

    /** Cancels the instance's spawn or rebuild. A deletion goes on: the instance would be left without its network and power. */
    void cancel(InstanceId instance) {
        newest(instance)
                .filter(InstanceOperations::isUnfinished)
                .filter(newest -> !newest.kind().equals(OperationKind.DELETE))
                .ifPresent(newest -> provisioner.cancel(newest.id()));
    }

    Optional<InstanceOperation> await(InstanceId instance, Duration limit) throws InterruptedException {
        Optional<OperationRecord> newest = newest(instance);
        if (newest.isEmpty()) {
            return Optional.empty();
        }
        long end = System.nanoTime() + limit.toNanos();
        OperationRecord operation = newest.get();
        boolean deletion = operation.deletion().isPresent();
        operation = provisioner.await(operation.id(), limit);
        if (!deletion) {
            return Optional.of(view.itself(operation));
        }
        // The deletion begins when the operation before it has ended with the instance still on its node.
        Optional<OperationRecord> next =
                operation.deletion().flatMap(wish -> store.operations().find(wish.id()));
        return next.isPresent()
                ? Optional.of(view.itself(
                        provisioner.await(next.get().id(), Duration.ofNanos(Math.max(0, end - System.nanoTime())))))
                : Optional.of(view.newest(operation));
    }

    Map<String, PortBinding> portBindings(InstanceId instance) {
        NodeRecord node = store.nodes().requireOfInstance(instance);
        Optional<NetworkedInput> spec = store.operations()
                .newest(instance, Set.of(OperationKind.DEPLOY, OperationKind.REBUILD, OperationKind.ADOPT))
                .map(OperationRecord::input)
                .filter(NetworkedInput.class::isInstance)
                .map(NetworkedInput.class::cast);
        Map<String, PortBinding> bindings = new LinkedHashMap<>();
        spec.flatMap(given -> PortAssignment.of(given.networks(), store.nodes().ports(node.uuid())))
                .ifPresent(assigned -> assigned.forEach((vif, mac) -> bindings.put(vif, PortBinding.single(mac))));
        return bindings;
    }

    // ---- spawn

    private InstanceOperation spawn(RequestContext context, SpawnRequest request) {
        Instance instance = request.instance();
        Optional<InstanceOperation> joined = joinSpawn(instance.id());
        if (joined.isPresent()) {
            return joined.get();
        }
        NodeRecord node;
        DeploySpec spec;
        try {
            node = reserve(instance);
            if (node.state().instanceRuns()) {
                return view.done(instance.id(), InstanceOperation.Kind.SPAWN, context.requestId());
            }
            requireHonoured(request, node);
            spec = translation.of(context, request).withOnFailure(onFailure);
        } catch (DriverException refused) {
            releaseAfter(refused, instance.id());
            throw refused;
        }
        try {
            return begun(node, OperationKind.DEPLOY, instance.id(), spec);
        } catch (DriverException refused) {
            Optional<OperationRecord> first = firstOf(refused, instance.id());
            if (first.isPresent()) {
                return joined(first.get(), OperationKind.DEPLOY);
            }
            releaseAfter(refused, instance.id());
            throw refused;
        }
    }

    /** The instance's spawn, if it is under way or has succeeded. */
    private Optional<InstanceOperation> joinSpawn(InstanceId instance) {
        Optional<NodeRecord> held = store.nodes().ofInstance(instance);
        if (held.isEmpty()) {
            return Optional.empty();
        }
        Optional<OperationRecord> underWay = underWay(held.get());
        if (underWay.isPresent()) {
            return Optional.of(joined(underWay.get(), OperationKind.DEPLOY));
        }
        return held.get().state().instanceRuns()
                ? store.operations()
                        .newest(instance, Set.of(OperationKind.DEPLOY))
                        .filter(operation -> operation.status() == OperationStatus.SUCCEEDED)
                        .map(view::itself)
                : Optional.empty();
    }

    /** Releases the node that a refused spawn reserved; a node with a deployed instance is kept. */
    private void releaseAfter(DriverException refused, InstanceId instance) {
        try {
            release(instance);
        } catch (DriverException e) {
            refused.addSuppressed(e);
        }
    }

    // ---- rebuild

    private InstanceOperation rebuild(RequestContext context, RebuildRequest request) {
        InstanceId instance = request.instance().id();
        NodeRecord node = store.nodes()
                .ofInstance(instance)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.REBUILD_FAILED,
                        "instance " + instance + " cannot be rebuilt: no node holds it; spawn it first"));
        Optional<OperationRecord> underWay = underWay(node);
        DeploySpec spec = translation.of(context, request).withOnFailure(onFailure);
        if (underWay.isPresent()) {
            return joinedRebuild(underWay.get(), spec);
        }
        requireHonoured(request, node);
        try {
            return begun(node, OperationKind.REBUILD, instance, spec);
        } catch (DriverException refused) {
            Optional<OperationRecord> first = firstOf(refused, instance);
            if (first.isPresent()) {
                return joinedRebuild(first.get(), spec);
            }
            throw rebuildFailed(refused);
        }
    }

    /** A rebuild joins another rebuild only if both write the same image. */
    private InstanceOperation joinedRebuild(OperationRecord underWay, DeploySpec spec) {
        if (underWay.input() instanceof DeploySpec stored
                && stored.imageId().equals(spec.imageId())
                && stored.withSecrets(store.operations().secrets(underWay.id()))
                        .imageSource()
                        .equals(spec.imageSource())
                && stored.hashValue().equals(spec.hashValue())) {
            return joined(underWay, OperationKind.REBUILD);
        }
        throw inProgress(underWay);
    }

    /**
     * Converts the error of a node that refused a rebuild to {@code REBUILD_FAILED}, because a rebuild cannot use another node.
     */
    private static DriverException rebuildFailed(DriverException refused) {
        return switch (refused.code()) {
            case RESOURCES_UNAVAILABLE, NODE_NOT_FOUND ->
                new DriverException(ErrorCode.REBUILD_FAILED, refused.getMessage(), refused);
            default -> refused;
        };
    }

    // ---- destroy

    private InstanceOperation destroy(RequestContext context, DestroyRequest request) {
        InstanceId instance = request.instance().id();
        for (int round = 0; round < ROUNDS; round++) {
            Optional<NodeRecord> held = store.nodes().ofInstance(instance);
            if (held.isEmpty()) {
                return view.done(instance, InstanceOperation.Kind.DESTROY, context.requestId());
            }
            if (request.disks() == DiskFate.KEEP) {
                throw new DriverException(
                        ErrorCode.DESTROY_FAILED,
                        "instance " + instance
                                + " cannot be destroyed with its disks kept; the disks of a bare-metal node are not kept");
            }
            held.get().marks().protection().ifPresent(why -> {
                throw new DriverException(
                        ErrorCode.DESTROY_FAILED,
                        "instance " + instance + " cannot be destroyed: node "
                                + held.get().name() + " is protected (" + why + "); end its protection first");
            });
            Optional<InstanceOperation> destroying = destroyRound(context, held.get(), instance);
            if (destroying.isPresent()) {
                return destroying.get();
            }
        }
        throw new DriverException(
                ErrorCode.DESTROY_FAILED,
                "instance " + instance + " is still on its node after " + ROUNDS
                        + " tries, because other callers work on the node; destroy it again");
    }

    /** Tries once to destroy the instance; empty when the node has changed since it was read, so that it must be read again. */
    private Optional<InstanceOperation> destroyRound(RequestContext context, NodeRecord node, InstanceId instance) {
        Optional<OperationRecord> underWay = underWay(node);
        try {
            if (underWay.isPresent() && underWay.get().kind().equals(OperationKind.DELETE)) {
                return Optional.of(view.itself(underWay.get()));
            }
            if (underWay.isPresent()) {
                return Optional.of(
                        view.newest(provisioner.deleteAfter(underWay.get().id(), context.requestId())));
            }
            if (node.state().use() == ProvisionState.Use.FREE) {
                store.nodes().unclaim(node.uuid(), instance);
                return Optional.empty();
            }
            return Optional.of(begun(node, OperationKind.DELETE, instance, new DeleteInput(context.requestId())));
        } catch (DriverException e) {
            if (e.code() == ErrorCode.RESOURCES_UNAVAILABLE || e.code() == ErrorCode.NODE_NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        }
    }

    // ---- shared

    private InstanceOperation begun(NodeRecord node, OperationKind kind, InstanceId instance, OperationInput input) {
        UUID id = provisioner.begin(node, kind, Optional.of(instance), input);
        return view.itself(store.operations()
                .find(id)
                .orElseThrow(() -> new IllegalStateException("operation " + id + " began, but is not in the store")));
    }

    /** The operation that works on the instance's node now, if the node refused the request because it is busy. */
    private Optional<OperationRecord> firstOf(DriverException refused, InstanceId instance) {
        return refused.code() == ErrorCode.RESOURCES_UNAVAILABLE
                ? store.nodes().ofInstance(instance).flatMap(this::underWay)
                : Optional.empty();
    }

    private InstanceOperation joined(OperationRecord underWay, OperationKind kind) {
        if (!underWay.kind().equals(kind) || underWay.deletion().isPresent()) {
            throw inProgress(underWay);
        }
        return view.itself(underWay);
    }

    private static DriverException inProgress(OperationRecord underWay) {
        return new DriverException(
                ErrorCode.OPERATION_IN_PROGRESS,
                "the " + underWay.kind() + " of instance "
                        + underWay.instance().map(InstanceId::toString).orElse("-") + " (operation " + underWay.id()
                        + ") "
                        + (underWay.isKept()
                                ? "failed and is kept as it is; undo it, or destroy the instance"
                                : "is under way; wait for its end, or destroy the instance"));
    }

    private Optional<OperationRecord> underWay(NodeRecord node) {
        return node.operation().flatMap(store.operations()::find).filter(InstanceOperations::isUnfinished);
    }

    private static boolean isUnfinished(OperationRecord operation) {
        return operation.status().phase() == OperationStatus.Phase.UNFINISHED;
    }

    private void requireHonoured(DeployRequest request, NodeRecord node) {
        NodeFacts facts = DeployTranslation.facts(node, store.nodes().ports(node.uuid()));
        RequestCheck.require(request, facts, HONOURED);
    }
}
