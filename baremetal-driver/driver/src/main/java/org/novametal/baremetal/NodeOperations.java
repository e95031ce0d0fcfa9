package org.novametal.baremetal;

import com.google.common.util.concurrent.Uninterruptibles;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.ReadableRows;
import org.novametal.baremetal.operation.DeletionWish;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.MachineCommand;
import org.novametal.baremetal.operation.NetworkedInput;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.baremetal.operation.OnFailure;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.provision.QueuePlaces;
import org.novametal.baremetal.provision.ReleasedOperation;
import org.novametal.baremetal.provision.RunLimits;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.store.HistoryEntry;
import org.novametal.baremetal.store.HostStore.HostRecord;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.Secret;
import org.novametal.queue.AdmissionQueue.Place;

/**
 * The operators' interface to operations on nodes. It works in the compute host's process and in any other that has opened the
 * inventory: an operation is requested in the store, and the compute host begins it within a second.
 *
 * <p>Any thread may call; calls block only for the store, and {@link #await} for at most its limit.
 */
public final class NodeOperations {
    /** A host whose last heartbeat is older counts as dead. */
    private static final Duration HOST_DEAD_AFTER = RequestWatch.HEARTBEAT.multipliedBy(6);

    /** How many of a node's newest operations are looked at for the one that failed. */
    private static final int RECENT = 20;

    private final Store store;
    private final InstantSource clock;
    private final RunLimits limits;
    private final VerbInput inputs;

    /** What happens to a request while no compute host lives. */
    public enum WithoutHost {
        /** It is refused. */
        REFUSE,
        /** It stays in the store until a host starts. */
        QUEUE
    }

    /**
     * Makes the port.
     *
     * @param onFailure what happens to a failed deployment where the request does not say it
     * @param limits how the host runs operations
     */
    NodeOperations(Store store, InstantSource clock, OnFailure onFailure, RunLimits limits) {
        this.store = store;
        this.clock = clock;
        this.limits = limits;
        this.inputs = new VerbInput(onFailure);
    }

    /**
     * A request for an operation on a node.
     *
     * @param node the node
     * @param verb the verb
     * @param values the verb's parameters that are not secret, by name
     * @param secrets the verb's secret parameters, by name
     * @param by who requests it, for people
     * @param withoutHost what happens while no compute host lives
     */
    public record Request(
            NodeName node,
            NodeVerb verb,
            Map<String, String> values,
            Map<String, Secret> secrets,
            String by,
            WithoutHost withoutHost) {
        /** Copies the parameters. */
        public Request {
            values = Map.copyOf(values);
            secrets = Map.copyOf(secrets);
        }

        /** A request without parameters that is refused while no host lives. */
        public static Request of(NodeName node, NodeVerb verb, String by) {
            return new Request(node, verb, Map.of(), Map.of(), by, WithoutHost.REFUSE);
        }
    }

    /**
     * Requests what a verb does. The request is in the store when this returns. The host decides again whether the operation
     * may begin; one that may not ends as failed, with the reason.
     *
     * @return the requested operation; for a verb that cancels, the operation on the node
     * @throws IllegalArgumentException when parameters are missing, unknown or malformed
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code RESOURCES_UNAVAILABLE} when the verb is not legal for the node now;
     *     {@code HOST_UNAVAILABLE} when no compute host lives and the request must not wait for one; {@code DRIVER_NOT_READY}
     */
    public OperationRecord request(Request request) {
        NodeRecord node = requestable(request);
        return switch (request.verb().effect(node.state(), node.operation())) {
            case BEGIN -> {
                Begin begin = begin(request, node);
                begin.reservedFor()
                        .ifPresentOrElse(
                                instance -> store.operations().request(begin.operation(), begin.secrets(), instance),
                                () -> store.operations().request(begin.operation(), begin.secrets()));
                yield begin.operation();
            }
            case CANCEL -> cancel(operationOn(node), request.by());
            case CANCEL_THEN_DELETE ->
                store.operations()
                        .change(
                                operationOn(node),
                                operation -> operation
                                        .deletion()
                                        .map(_ -> operation)
                                        .orElseGet(() -> operation.followedByDeletion(
                                                new DeletionWish(UUID.randomUUID(), ""), clock.instant())));
        };
    }

    /**
     * Checks whether {@link #request} would be refused now, and changes nothing.
     *
     * @throws IllegalArgumentException as for {@link #request}
     * @throws DriverException as for {@link #request}
     */
    public void check(Request request) {
        NodeRecord node = requestable(request);
        switch (request.verb().effect(node.state(), node.operation())) {
            case BEGIN -> begin(request, node);
            case CANCEL, CANCEL_THEN_DELETE -> operationOn(node);
        }
    }

    /** The node of a request that is legal for it. */
    private NodeRecord requestable(Request request) {
        NodeVerb verb = request.verb();
        VerbInput.check(verb, request.values(), request.secrets().keySet());
        NodeRecord node = named(request.node());
        verb.refusal(node.state(), node.marks()).ifPresent(why -> {
            throw refused(node, why);
        });
        if (request.withoutHost() == WithoutHost.REFUSE) {
            requireHost();
        }
        return node;
    }

    private static DriverException refused(NodeRecord node, String why) {
        return new DriverException(ErrorCode.RESOURCES_UNAVAILABLE, "node " + node.name() + ": " + why);
    }

    private static UUID operationOn(NodeRecord node) {
        return node.operation().orElseThrow(() -> refused(node, "no operation works on it"));
    }

    /**
     * An operation to request.
     *
     * @param operation the operation
     * @param secrets its secrets, by name
     * @param reservedFor the instance for which its free node is reserved
     */
    private record Begin(OperationRecord operation, Map<String, Secret> secrets, Optional<InstanceOnNode> reservedFor) {
        Begin {
            secrets = Map.copyOf(secrets);
        }
    }

    private Begin begin(Request request, NodeRecord node) {
        NodeVerb verb = request.verb();
        Optional<OperationKind> newest = store.operations().ofNode(node.uuid(), RECENT).stream()
                .filter(operation -> operation.status().phase() == OperationStatus.Phase.FINISHED)
                .map(OperationRecord::kind)
                .filter(finished -> !MachineCommand.isKind(finished))
                .findFirst();
        OperationKind kind = verb.kindIn(node.state(), newest)
                .orElseThrow(() -> refused(
                        node,
                        "the verb " + verb.verb() + " is not allowed while it is "
                                + node.state().persistedName()));
        Optional<InstanceId> holder =
                node.instance().map(InstanceOnNode::id).filter(_ -> node.state().isHeld());
        Optional<InstanceId> instance = verb.holder() == NodeVerb.Holder.NAMED
                ? Optional.of(named(request).or(() -> holder).orElseGet(() -> new InstanceId(UUID.randomUUID())))
                : holder;
        Optional<NetworkedInput> earlier = holder.flatMap(id -> RescuedInstances.input(store, id));
        OperationInput input = inputs.of(verb, node, request.values(), earlier);
        Map<String, Secret> secrets = new HashMap<>(request.secrets());
        secrets.putAll(input.secrets());
        OperationRecord operation = OperationRecord.requested(
                node.uuid(), instance, kind, input.withoutSecrets(), request.by(), clock.instant());
        Optional<InstanceOnNode> reservedFor = Optional.empty();
        if (verb == NodeVerb.DEPLOY && node.state().use() == ProvisionState.Use.FREE) {
            String name = request.values()
                    .getOrDefault(NodeVerb.INSTANCE_NAME, node.name().value());
            reservedFor = Optional.of(new InstanceOnNode(instance.orElseThrow(), name));
        }
        return new Begin(operation, secrets, reservedFor);
    }

    /**
     * Requests a command to a node's machine. The request is in the store when this returns; the host runs it within a second
     * while nothing else works on the node, so that host and operators never switch a machine at the same time. The commands of
     * one node run one after the other. After a crash of the host, its next start runs a command again that had not ended.
     *
     * @param by who requests it, for people
     * @return the requested operation
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code RESOURCES_UNAVAILABLE} when an operation works on the node; {@code
     *     HOST_UNAVAILABLE} when no compute host lives and the request must not wait for one; {@code DRIVER_NOT_READY}
     */
    public OperationRecord command(NodeName name, MachineCommand command, String by, WithoutHost withoutHost) {
        NodeRecord node = commandable(name, withoutHost);
        OperationRecord operation = OperationRecord.requested(
                node.uuid(),
                node.instance().map(InstanceOnNode::id),
                command.kind(),
                command.input(),
                by,
                clock.instant());
        store.operations().request(operation, Map.of());
        return operation;
    }

    /**
     * Checks whether {@link #command} would be refused now, and changes nothing.
     *
     * @throws DriverException as for {@link #command}
     */
    public void checkCommand(NodeName name, WithoutHost withoutHost) {
        commandable(name, withoutHost);
    }

    private NodeRecord commandable(NodeName name, WithoutHost withoutHost) {
        NodeRecord node = named(name);
        MachineCommand.refusal(node.state(), node.operation().isPresent()).ifPresent(why -> {
            throw refused(node, why);
        });
        if (withoutHost == WithoutHost.REFUSE) {
            requireHost();
        }
        return node;
    }

    private static Optional<InstanceId> named(Request request) {
        return Optional.ofNullable(request.values().get(NodeVerb.INSTANCE)).map(InstanceId::of);
    }

    private void requireHost() {
        List<HostRecord> hosts = store.hosts().all();
        if (hosts.stream().noneMatch(this::lives)) {
            String last = hosts.isEmpty()
                    ? "none is known"
                    : "the last one, " + hosts.getFirst().name() + ", was last seen at "
                            + hosts.getFirst().heartbeatAt();
            throw new DriverException(
                    ErrorCode.HOST_UNAVAILABLE,
                    "no compute host works on this inventory (" + last
                            + "). Start it, or run the operation in this process, or leave it for the host's next start");
        }
    }

    /** Who works on a node; empty if no operation does. */
    public Optional<NodeHolder> holder(NodeName node) {
        return named(node).operation().flatMap(store.operations()::find).map(operation -> {
            List<HostRecord> living = livingHosts();
            Optional<HostRecord> host = living.stream()
                    .findFirst()
                    .or(() -> store.hosts().all().stream().findFirst());
            return new NodeHolder(operation, host, living.isEmpty() ? NodeHolder.Life.GONE : NodeHolder.Life.ALIVE);
        });
    }

    /**
     * The places of all operations that have begun but wait in a queue of the host, by operation; as of the host's next start
     * if it does not live. Reads all unfinished operations, so ask for it every few seconds at most.
     *
     * @throws DriverException {@code DRIVER_NOT_READY}
     */
    public Map<UUID, Place> queuePlaces() {
        return QueuePlaces.of(store.operations().unfinished(), OperationRules.ALL, limits);
    }

    /** Which operations may be released. */
    public enum Release {
        /** Those whose compute host is gone. */
        HOST_GONE,
        /** Those of a living host too, whose thread hangs; a healthy one is ended in the middle of its step. */
        FORCED
    }

    /**
     * Ends the operation on a node as it is, so that the node can be worked on again: the operation fails, the node keeps its
     * instance, and nothing is undone. While the host lives, the host does that within a second, and abandons the operation's
     * thread; else it is done when this returns. It is recorded in the node's history. To undo the operation, cancel it instead.
     *
     * @param by who releases the node, for people
     * @return the operation as it is now
     * @throws DriverException {@code NODE_NOT_FOUND}; {@code RESOURCES_UNAVAILABLE} when no operation works on the node, or its
     *     host lives and the release is not forced; {@code DRIVER_NOT_READY}
     */
    public OperationRecord release(NodeName name, String by, Release release) {
        NodeRecord node = named(name);
        NodeHolder holder = holder(name).orElseThrow(() -> refused(node, "no operation works on it"));
        OperationRecord operation = holder.operation();
        if (holder.life() == NodeHolder.Life.GONE) {
            return ReleasedOperation.end(store, OperationRules.ALL, operation, by, clock.instant());
        }
        if (release == Release.HOST_GONE) {
            String host = holder.host().map(found -> found.name().value()).orElse("");
            throw refused(
                    node,
                    "the " + operation.kind() + " runs on host " + host
                            + ", which lives; abort it, or force the release if its thread hangs");
        }
        return store.operations().change(operation.id(), now -> now.withReleaseWanted(by, clock.instant()));
    }

    /** The compute hosts that live. */
    public List<HostRecord> livingHosts() {
        return store.hosts().all().stream().filter(this::lives).toList();
    }

    private boolean lives(HostRecord host) {
        Instant now = clock.instant();
        if (Duration.between(host.heartbeatAt(), now).abs().compareTo(HOST_DEAD_AFTER) > 0) {
            return false;
        }
        boolean here = !host.bootId().isEmpty() && host.bootId().equals(RequestWatch.bootId());
        return !here || ProcessHandle.of(host.pid()).isPresent();
    }

    /** The operation with this id, requested, unfinished or finished; empty if there is none, or it was pruned. */
    public Optional<OperationRecord> find(UUID operation) {
        return store.operations().find(operation);
    }

    /** The operations of a node, the newest first; finished ones as far as they are kept. */
    public List<OperationRecord> ofNode(NodeName node, int most) {
        return store.operations().ofNode(named(node).uuid(), most);
    }

    /**
     * All requested and unfinished operations that can be read in the store, the oldest first, and what is wrong with the
     * others; for people.
     */
    public ReadableRows<OperationRecord> readableOpen() {
        return store.operations().readableOpen();
    }

    /** The operations of {@link #ofNode} that can be read in the store, and what is wrong with the others; for people. */
    public ReadableRows<OperationRecord> readableOfNode(NodeName node, int most) {
        return store.operations().readableOfNode(named(node).uuid(), most);
    }

    /** The newest entries of a node's history; see {@link BareMetalInventory#history}. */
    List<HistoryEntry> history(NodeName node, int most) {
        return store.history().newest(named(node).uuid(), most);
    }

    /**
     * Waits for an operation's end, but for no longer than the limit. An interrupt does not end the wait.
     *
     * @return the operation as it is when the wait ends; one that failed and {@linkplain OperationRecord#isKept is kept} has
     *     ended too
     * @throws DriverException {@code NODE_INVALID} when there is no such operation
     */
    public OperationRecord await(UUID operation, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            OperationRecord now = requireOperation(operation);
            long left = end - System.nanoTime();
            if (now.status().phase() == OperationStatus.Phase.FINISHED || now.isKept() || left <= 0) {
                return now;
            }
            Uninterruptibles.sleepUninterruptibly(Duration.ofNanos(Math.min(left, RequestWatch.INTERVAL.toNanos())));
        }
    }

    /**
     * Cancels an operation: one that has not begun is withdrawn; one that runs is undone by the host, if its kind allows that.
     * The request to cancel is in the store when this returns. Does nothing if the operation has ended.
     *
     * <p>A {@linkplain #command command to a machine} has no stored begin. It is withdrawn too, but a host that has begun it
     * finishes it, because what a BMC was sent cannot be taken back; the operation's failure says so.
     *
     * @return the operation as it is now
     * @throws DriverException {@code NODE_INVALID} when there is no such operation
     */
    public OperationRecord cancel(UUID operation, String by) {
        OperationRecord known = requireOperation(operation);
        boolean isCommand = MachineCommand.of(known.kind(), known.input()).isPresent();
        OperationFailure why = new OperationFailure(
                FailureCause.CANCEL,
                ErrorCode.CANCELLED,
                "the request was withdrawn by " + by
                        + (isCommand
                                ? "; a host that had begun it still finishes it, so check the machine"
                                : " before it began"));
        if (!store.operations().endRequest(operation, OperationStatus.CANCELLED, why)
                && requireOperation(operation).status().phase() == OperationStatus.Phase.UNFINISHED) {
            try {
                return store.operations().change(operation, running -> running.withCancelWanted(clock.instant()));
            } catch (DriverException e) {
                if (requireOperation(operation).status().phase() != OperationStatus.Phase.FINISHED) {
                    throw e;
                }
            }
        }
        return requireOperation(operation);
    }

    private OperationRecord requireOperation(UUID operation) {
        return find(operation)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NODE_INVALID,
                        "there is no operation " + operation + "; it may have been pruned after its end"));
    }

    private NodeRecord named(NodeName name) {
        return store.nodes()
                .find(name)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NODE_NOT_FOUND,
                        "there is no node named '" + name + "'; list the nodes to see the names"));
    }
}
