package org.novametal.driver.testing;

import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.DestroyRequest.DiskFate;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerAfterSpawn;
import org.novametal.driver.model.PowerState;
import org.novametal.driver.model.SpawnRequest;

/** The changes of rows that an {@link InMemoryComputeDriver} makes, each with the events that tell of it. */
final class Provisioning {
    static final Set<String> IMAGE_FORMATS = Set.of("raw", "qcow2");
    private static final long GIBIBYTE = 1L << 30;

    private final InMemoryNodes nodes;
    private final EventQueue events;
    private final InstantSource clock;

    Provisioning(InMemoryNodes nodes, EventQueue events, InstantSource clock) {
        this.nodes = nodes;
        this.events = events;
        this.clock = clock;
    }

    // ---- claim

    /** Reserves the instance's node, or finds it reserved. */
    void reserve(Instance instance) {
        NodeName node = chosenNode(instance);
        nodes.change(node, row -> {
            requireFreeFor(instance, row);
            return row.tenant().isPresent() ? row : row.withTenant(new NodeRow.Tenant(instance, Optional.empty()));
        });
    }

    /**
     * Takes the node for a deployment: one conditional change decides between instances. A refusal ends the reservation
     * that the instance had.
     */
    NodeName claim(SpawnRequest request) {
        Instance instance = request.instance();
        NodeName node = chosenNode(instance);
        try {
            transition(node, NodeRow.State.DEPLOYING, row -> {
                requireFreeFor(instance, row);
                requireAcceptable(request.image(), row.node());
                return row.withTenant(new NodeRow.Tenant(instance, Optional.of(request)));
            });
        } catch (DriverException refused) {
            undo(instance.id(), refused);
            throw refused;
        }
        return node;
    }

    /** Frees what the instance holds because of that failure; what hinders it is told with the failure. */
    void undo(InstanceId id, DriverException failure) {
        try {
            releaseUnfinished(id);
        } catch (DriverException storeIsGone) {
            // The row stays as it is: a later spawn, destroy or start takes it up.
            failure.addSuppressed(storeIsGone);
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
                    "node '" + row.node().name() + "' is not given to " + instance + ", which holds node '"
                            + held.get().node().name() + "' already; destroy it first");
        }
        if (row.tenant().isPresent() && !row.isHeldBy(instance.id())) {
            throw new DriverException(
                    ErrorCode.RESOURCES_UNAVAILABLE,
                    "node '" + row.node().name() + "' cannot take " + instance + ": "
                            + row.tenant().get().instance() + " holds it; choose another node");
        }
    }

    private static void requireAcceptable(ImageMeta image, InMemoryNode node) {
        String format = image.diskFormat().orElse("raw").toLowerCase(Locale.ROOT);
        if (!IMAGE_FORMATS.contains(format)) {
            throw new DriverException(
                    ErrorCode.IMAGE_UNACCEPTABLE,
                    "image " + image.label() + " has the format '" + format + "'; the in-memory driver takes "
                            + IMAGE_FORMATS);
        }
        boolean tooLarge = image.sizeBytes().orElse(0) > node.localGb() * GIBIBYTE;
        if (image.minDiskGb() > node.localGb() || tooLarge) {
            throw new DriverException(
                    ErrorCode.IMAGE_UNACCEPTABLE,
                    "image " + image.label() + " needs " + image.minDiskGb() + " GiB and is "
                            + image.sizeBytes().orElse(0) + " bytes long; node '" + node.name() + "' has "
                            + node.localGb() + " GiB of disk");
        }
    }

    // ---- deployment

    void deploy(SpawnRequest request, NodeName node) throws InterruptedException {
        progress(request, node, 0.0);
        nodes.gate().pass(node);
        progress(request, node, 1.0);
    }

    void activate(SpawnRequest request, NodeName node) {
        transition(node, NodeRow.State.ACTIVE, row -> {
            NodeRow next = row;
            for (NetworkInterface network : request.networks()) {
                next = next.withInterface(network);
            }
            return request.power() == PowerAfterSpawn.ON ? next.booted(bootLine(next)) : next;
        });
    }

    private void progress(SpawnRequest request, NodeName node, double fraction) {
        events.put(new DriverEvent.OperationProgress(
                clock.instant(), node, Optional.of(request.instance().id()), "deploy", fraction));
    }

    // ---- release

    /** Frees the node of an instance that is not active; does nothing for any other. */
    void releaseUnfinished(InstanceId id) {
        nodes.findByInstance(id)
                .filter(row -> row.state() != NodeRow.State.ACTIVE)
                .ifPresent(this::release);
    }

    void release(NodeRow held) {
        transition(held.node().name(), NodeRow.State.AVAILABLE, row -> NodeRow.free(row.node()));
    }

    void destroy(DestroyRequest request) {
        Optional<NodeRow> held = nodes.findByInstance(request.instance().id());
        if (held.isEmpty()) {
            return;
        }
        if (request.disks() == DiskFate.KEEP) {
            throw new DriverException(
                    ErrorCode.DESTROY_FAILED,
                    "cannot destroy " + request.instance() + " and keep its disks: they are node '"
                            + held.get().node().name() + "' itself; ask with DiskFate.DESTROY");
        }
        transition(held.get().node().name(), NodeRow.State.DELETING, row -> row);
        release(held.get());
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
                .ifPresent(tenant -> events.put(new DriverEvent.InstanceLifecycle(
                        clock.instant(), row.node().name(), tenant.instance().id(), transition)));
    }

    private static String bootLine(NodeRow row) {
        String image = row.tenant()
                .flatMap(NodeRow.Tenant::request)
                .map(request -> request.image().label())
                .orElse("none");
        String hostname =
                row.tenant().map(tenant -> tenant.instance().hostname()).orElse("none");
        return "BOOTED image=" + image + " hostname=" + hostname;
    }

    /** Changes a row and its state in one, then tells of it. */
    private void transition(NodeName node, NodeRow.State next, UnaryOperator<NodeRow> change) {
        nodes.change(node, row -> {
            NodeRow changed = change.apply(row).withState(next);
            Optional<InstanceId> instance =
                    changed.tenant().map(tenant -> tenant.instance().id());
            if (row.state() != next) {
                events.put(new DriverEvent.NodeStateChanged(
                        clock.instant(), node, instance, row.state().ironicName(), next.ironicName()));
            }
            return changed;
        });
    }
}
