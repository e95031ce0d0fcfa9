package org.novametal.driver.testing;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.novametal.driver.capability.RequestCheck;
import org.novametal.driver.capability.RequestFeature;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.EventQueue;
import org.novametal.driver.model.DeployRequest;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.DestroyRequest.DiskFate;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerAfterSpawn;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.RebuildRequest;
import org.novametal.driver.model.SpawnRequest;

/** Changes the records of nodes for an {@link InMemoryComputeDriver}, and emits the events of each change. */
final class Provisioning {
    static final Set<String> IMAGE_FORMATS = Set.of("raw", "qcow2");
    private static final Set<RequestFeature> HONOURED = Set.of();
    private static final long GIBIBYTE = 1L << 30;

    private final InMemoryNodes nodes;
    private final EventQueue events;

    Provisioning(InMemoryNodes nodes, EventQueue events) {
        this.nodes = nodes;
        this.events = events;
    }

    // ---- claim

    /** Reserves the instance's node, unless it is already reserved for the instance. */
    void reserve(Instance instance) {
        NodeName node = chosenNode(instance);
        nodes.change(node, row -> {
            requireFreeFor(instance, row);
            return row.tenant().isPresent() ? row : row.withTenant(new NodeRow.Tenant(instance, Optional.empty()));
        });
    }

    /**
     * Claims the node for a deployment; one conditional change decides between competing instances. A refusal ends the
     * instance's reservation.
     */
    void claim(SpawnRequest request) {
        Instance instance = request.instance();
        NodeName node = chosenNode(instance);
        try {
            transition(node, NodeRow.State.DEPLOYING, row -> {
                requireFreeFor(instance, row);
                requireAcceptable(request, row.node());
                return row.withTenant(new NodeRow.Tenant(instance, Optional.of(request.image())));
            });
        } catch (DriverException refused) {
            try {
                releaseUnfinished(instance.id());
            } catch (DriverException storeIsGone) {
                // The reservation stays: a later spawn, destroy or start of the driver uses or ends it.
                refused.addSuppressed(storeIsGone);
            }
            throw refused;
        }
    }

    private static NodeName chosenNode(Instance instance) {
        return instance.node()
                .orElseThrow(() -> new DriverException(
                        ErrorCode.BUILD_ABORT,
                        "no node is chosen for " + instance + "; the scheduler must choose one"));
    }

    private void requireFreeFor(Instance instance, NodeRow row) {
        Optional<NodeRow> held = nodes.findByInstance(instance.id());
        if (held.isPresent() && !held.get().node().name().equals(row.node().name())) {
            throw new DriverException(
                    ErrorCode.RESOURCES_UNAVAILABLE,
                    "node '" + row.node().name() + "' cannot take " + instance + ", which is on node '"
                            + held.get().node().name() + "' already; destroy it first");
        }
        if (row.tenant().isPresent() && !row.isHeldBy(instance.id())) {
            throw new DriverException(
                    ErrorCode.RESOURCES_UNAVAILABLE,
                    "node '" + row.node().name() + "' cannot take " + instance + ": "
                            + row.tenant().get().instance() + " holds it; choose another node");
        }
        if (row.tenant().isEmpty() && row.state() != NodeRow.State.AVAILABLE) {
            throw new DriverException(
                    ErrorCode.RESOURCES_UNAVAILABLE,
                    "node '" + row.node().name() + "' cannot take " + instance + ": it is '"
                            + row.state().ironicName() + "' and must be 'available'; choose another node");
        }
    }

    private static void requireAcceptable(DeployRequest request, InMemoryNode node) {
        RequestCheck.require(request, node.facts(), HONOURED);
        ImageMeta image = request.image();
        String format = image.diskFormat().orElse("raw").toLowerCase(Locale.ROOT);
        if (!IMAGE_FORMATS.contains(format)) {
            throw new DriverException(
                    ErrorCode.IMAGE_UNACCEPTABLE,
                    "image " + image.label() + " has the format '" + format + "'; the in-memory driver accepts only "
                            + IMAGE_FORMATS);
        }
        if (image.sizeBytes().orElse(0) > node.localGb() * GIBIBYTE) {
            throw new DriverException(
                    ErrorCode.IMAGE_UNACCEPTABLE,
                    "image " + image.label() + " is " + image.sizeBytes().orElse(0) + " bytes long; node '"
                            + node.name() + "' has " + node.localGb() + " GiB of disk");
        }
    }

    // ---- deployment

    void deploy(OperationRun run, NodeName node, ErrorCode failure) throws InterruptedException {
        progress(run, node, 0.0);
        nodes.deployGate().pass(node, failure);
        progress(run, node, 1.0);
    }

    /** Makes the instance active; the last step of a spawn or rebuild. */
    void activate(DeployRequest request, NodeName node) {
        transition(node, NodeRow.State.ACTIVE, row -> {
            NodeRow next = row.withTenant(new NodeRow.Tenant(request.instance(), Optional.of(request.image())))
                    .withoutInterfaces();
            for (NetworkInterface network : request.networks()) {
                next = next.withInterface(network);
            }
            boolean on = switch (request) {
                case SpawnRequest spawn -> spawn.power() == PowerAfterSpawn.ON;
                case RebuildRequest _ -> true;
            };
            return on ? next.booted(bootLine(next)) : next;
        });
    }

    private void progress(OperationRun run, NodeName node, double fraction) {
        run.progress("deploy", fraction);
        Optional<InstanceId> instance = Optional.of(run.state().instance());
        events.put(stamp -> new DriverEvent.OperationProgress(stamp, node, instance, "deploy", fraction));
    }

    // ---- rebuild

    /**
     * Begins a rebuild: switches the machine off; the instance keeps its node.
     *
     * @throws DriverException {@code REBUILD_FAILED} when the instance is not on a node that can be rebuilt
     */
    void beginRebuild(RebuildRequest request) {
        Instance instance = request.instance();
        NodeRow held = nodes.findByInstance(instance.id())
                .filter(row -> row.state() == NodeRow.State.ACTIVE || row.state() == NodeRow.State.DEPLOY_FAILED)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.REBUILD_FAILED,
                        "cannot rebuild " + instance + ": no in-memory node has it deployed; spawn it first"));
        requireAcceptable(request, held.node());
        transition(held.node().name(), NodeRow.State.DEPLOYING, row -> row.withPower(PowerState.SHUTDOWN));
    }

    /** Records that a rebuild did not succeed: the instance keeps its node, which has no image to run. */
    void rebuildFailed(InstanceId id) {
        nodes.findByInstance(id)
                .ifPresent(row -> transition(row.node().name(), NodeRow.State.DEPLOY_FAILED, same -> same));
    }

    // ---- release

    /** Frees the node of an instance that was never active on it; does nothing for other instances. */
    void releaseUnfinished(InstanceId id) {
        nodes.findByInstance(id)
                .filter(row -> row.state() == NodeRow.State.AVAILABLE || row.state() == NodeRow.State.DEPLOYING)
                .ifPresent(held ->
                        transition(held.node().name(), NodeRow.State.AVAILABLE, row -> NodeRow.free(row.node())));
    }

    /**
     * Checks that the instance can be destroyed. Throws {@code DESTROY_FAILED} when it is on a node and its disks are
     * to be kept.
     */
    void requireDestroyable(DestroyRequest request) {
        Optional<NodeRow> held = nodes.findByInstance(request.instance().id());
        if (held.isPresent() && request.disks() == DiskFate.KEEP) {
            throw new DriverException(
                    ErrorCode.DESTROY_FAILED,
                    "cannot destroy " + request.instance() + " and keep its disks, because they are the disks of node '"
                            + held.get().node().name() + "'; set DiskFate.DESTROY in the request");
        }
    }

    /**
     * Removes the instance from its node. Returns the node, which must be cleaned now; absent when no image was written
     * to it.
     */
    Optional<NodeName> destroy(InstanceId id) {
        releaseReserved(id);
        Optional<NodeName> node = nodes.findByInstance(id).map(row -> row.node().name());
        node.ifPresent(name -> {
            transition(name, NodeRow.State.DELETING, row -> row);
            transition(
                    name,
                    NodeRow.State.CLEANING,
                    row -> NodeRow.free(row.node()).withState(row.state()));
        });
        return node;
    }

    private void releaseReserved(InstanceId id) {
        nodes.findByInstance(id)
                .filter(row -> row.state() == NodeRow.State.AVAILABLE)
                .ifPresent(held -> nodes.change(held.node().name(), row -> NodeRow.free(row.node())));
    }

    /** Frees a node whose cleaning is done, unless the node was removed during the cleaning. */
    void cleaned(NodeName node) {
        if (nodes.find(node).isPresent()) {
            transition(node, NodeRow.State.AVAILABLE, row -> row);
        }
    }

    // ---- power

    void powerOn(NodeRow row) {
        if (row.power() != PowerState.RUNNING) {
            nodes.change(row.node().name(), off -> off.booted(bootLine(off)));
            lifecycle(row, DriverEvent.InstanceLifecycle.Transition.STARTED);
        }
    }

    void powerOff(NodeRow row) {
        if (row.power() != PowerState.SHUTDOWN) {
            nodes.change(row.node().name(), on -> on.withPower(PowerState.SHUTDOWN));
            lifecycle(row, DriverEvent.InstanceLifecycle.Transition.STOPPED);
        }
    }

    void reboot(NodeRow row) {
        nodes.change(row.node().name(), any -> any.booted(bootLine(any)));
        lifecycle(row, DriverEvent.InstanceLifecycle.Transition.STARTED);
    }

    private void lifecycle(NodeRow row, DriverEvent.InstanceLifecycle.Transition transition) {
        row.tenant()
                .ifPresent(tenant -> events.put(stamp -> new DriverEvent.InstanceLifecycle(
                        stamp, row.node().name(), tenant.instance().id(), transition)));
    }

    private static String bootLine(NodeRow row) {
        String image = row.tenant()
                .flatMap(NodeRow.Tenant::image)
                .map(ImageMeta::label)
                .orElse("none");
        String hostname =
                row.tenant().map(tenant -> tenant.instance().hostname()).orElse("none");
        return "BOOTED image=" + image + " hostname=" + hostname;
    }

    /** Changes a node's record and its provision state together, and emits an event for the change of state. */
    private void transition(NodeName node, NodeRow.State next, UnaryOperator<NodeRow> change) {
        nodes.change(node, row -> {
            NodeRow changed = change.apply(row).withState(next);
            Optional<InstanceId> instance =
                    changed.tenant().map(tenant -> tenant.instance().id());
            if (row.state() != next) {
                events.put(stamp -> new DriverEvent.NodeStateChanged(
                        stamp, node, instance, row.state().ironicName(), next.ironicName()));
            }
            return changed;
        });
    }
}
