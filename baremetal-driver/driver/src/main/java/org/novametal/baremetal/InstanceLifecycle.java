package org.novametal.baremetal;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.inventory.InstanceOnNode;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.DeploySpec;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.step.network.DhcpFiles;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.DestroyRequest;
import org.novametal.driver.model.DestroyRequest.DiskFate;
import org.novametal.driver.model.ImageMeta;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.SpawnRequest;

/** Spawn and destroy: finds or begins the operation that does it, and waits for its end. Safe for several threads. */
final class InstanceLifecycle {
    /** How often destroy looks at the node again when somebody else changed it meanwhile. */
    private static final int DESTROY_ROUNDS = 10;

    private final Store store;
    private final Provisioner provisioner;
    private final Duration cancelTimeout;

    InstanceLifecycle(Store store, Provisioner provisioner, Duration cancelTimeout) {
        this.store = store;
        this.provisioner = provisioner;
        this.cancelTimeout = cancelTimeout;
    }

    NodeRecord reserve(Instance instance) {
        NodeName name = instance.node()
                .orElseThrow(() -> new DriverException(
                        ErrorCode.BUILD_ABORT,
                        "no node is chosen for instance " + instance.id() + "; the scheduler has to name one"));
        NodeRecord node = store.nodes()
                .find(name)
                .orElseThrow(() -> new DriverException(
                        ErrorCode.NODE_NOT_FOUND,
                        "instance " + instance.id() + ": no node '" + name + "' is enrolled"));
        Optional<NodeRecord> held = store.nodes().ofInstance(instance.id());
        if (held.isPresent() && !held.get().uuid().equals(node.uuid())) {
            throw new DriverException(
                    ErrorCode.BUILD_ABORT,
                    "instance " + instance.id() + " is on node " + held.get().name() + " already, it cannot be put on "
                            + name + " too; destroy it first");
        }
        if (!store.nodes().claim(node.uuid(), new InstanceOnNode(instance.id(), instance.name()))) {
            NodeRecord now = store.nodes().find(node.uuid()).orElse(node);
            throw new DriverException(
                    ErrorCode.RESOURCES_UNAVAILABLE,
                    "node " + name + " cannot take instance " + instance.id() + ": it is "
                            + now.state().persistedName()
                            + now.instance()
                                    .map(i -> ", held by instance " + i.id())
                                    .orElse("")
                            + now.maintenance()
                                    .map(why -> ", in maintenance (" + why + ")")
                                    .orElse("")
                            + "; choose another node");
        }
        return store.nodes().find(node.uuid()).orElse(node);
    }

    void release(InstanceId instance) {
        store.nodes().ofInstance(instance).ifPresent(node -> store.nodes().unclaim(node.uuid(), instance));
    }

    void spawn(RequestContext context, SpawnRequest request) throws InterruptedException {
        Instance instance = request.instance();
        DeploySpec spec = translate(context, request);
        Optional<UUID> found = store.nodes().ofInstance(instance.id()).flatMap(this::unfinishedDeploy);
        if (found.isPresent()) {
            awaitSpawn(found.get());
            return;
        }
        NodeRecord node = reserve(instance);
        if (node.state().instanceRuns()) {
            return;
        }
        Optional<UUID> attached = unfinishedDeploy(node);
        awaitSpawn(attached.isPresent() ? attached.get() : begin(node, instance, spec));
    }

    private UUID begin(NodeRecord node, Instance instance, DeploySpec spec) {
        try {
            return provisioner.begin(node, OperationKind.DEPLOY, Optional.of(instance.id()), spec);
        } catch (DriverException e) {
            if (e.code() != ErrorCode.RESOURCES_UNAVAILABLE) {
                throw e;
            }
            // Another call for the same instance may have been first.
            return store.nodes()
                    .find(node.uuid())
                    .filter(now -> now.instance()
                            .map(i -> i.id().equals(instance.id()))
                            .orElse(false))
                    .flatMap(this::unfinishedDeploy)
                    .orElseThrow(() -> e);
        }
    }

    private Optional<UUID> unfinishedDeploy(NodeRecord node) {
        return node.operation()
                .flatMap(store.operations()::find)
                .filter(operation -> operation.kind().equals(OperationKind.DEPLOY))
                .map(OperationRecord::id);
    }

    private void awaitSpawn(UUID operation) throws InterruptedException {
        OperationRecord end;
        try {
            end = provisioner.await(operation);
        } catch (InterruptedException e) {
            try {
                provisioner.cancel(operation);
                provisioner.awaitQuietly(operation, cancelTimeout);
            } catch (DriverException failed) {
                e.addSuppressed(failed);
            }
            throw e;
        }
        switch (end.status()) {
            case SUCCEEDED -> {}
            case FAILED, CANCELLED, RUNNING, UNDOING, CANCELLING -> {
                OperationFailure failure = end.failure()
                        .orElseThrow(() -> new IllegalStateException("no reason is recorded for the end of " + end));
                throw new DriverException(failure.code(), failure.message());
            }
        }
    }

    void destroy(DestroyRequest request) throws InterruptedException {
        if (request.disks() == DiskFate.KEEP) {
            throw new DriverException(
                    ErrorCode.DESTROY_FAILED,
                    "instance " + request.instance().id()
                            + " was to be destroyed but its disks kept; a bare-metal node's disks go with it");
        }
        InstanceId instance = request.instance().id();
        for (int round = 0; round < DESTROY_ROUNDS; round++) {
            Optional<NodeRecord> node = store.nodes().ofInstance(instance);
            if (node.isEmpty()) {
                return;
            }
            destroyRound(node.get(), instance);
        }
        throw new DriverException(
                ErrorCode.DESTROY_FAILED,
                "instance " + instance + " is still on its node after " + DESTROY_ROUNDS
                        + " tries, because something else works on the node; destroy it again");
    }

    private void destroyRound(NodeRecord node, InstanceId instance) throws InterruptedException {
        Optional<OperationRecord> operation = node.operation().flatMap(store.operations()::find);
        if (operation.isPresent()) {
            provisioner.cancel(operation.get().id());
            refuseFailure(provisioner.await(operation.get().id()), node);
            return;
        }
        if (node.state().use() == ProvisionState.Use.FREE) {
            store.nodes().unclaim(node.uuid(), instance);
            return;
        }
        UUID deletion;
        try {
            deletion = provisioner.begin(node, OperationKind.DELETE, Optional.of(instance), OperationInput.NOTHING);
        } catch (DriverException e) {
            if (e.code() == ErrorCode.RESOURCES_UNAVAILABLE) {
                // The node changed since it was read: the next round sees how.
                return;
            }
            throw e;
        }
        refuseFailure(provisioner.await(deletion), node);
    }

    /** A failed deletion is the caller's to hear of; a failed or cancelled deployment has taken the instance off. */
    private static void refuseFailure(OperationRecord end, NodeRecord node) {
        if (!end.kind().equals(OperationKind.DELETE)) {
            return;
        }
        end.failure().ifPresent(failure -> {
            throw new DriverException(
                    ErrorCode.DESTROY_FAILED,
                    "instance " + end.instance().map(Object::toString).orElse("?") + " could not be taken off node "
                            + node.name() + ": " + failure.message()
                            + "; the node is in state error, destroy again when "
                            + "that is mended");
        });
    }

    private static DeploySpec translate(RequestContext context, SpawnRequest request) {
        Instance instance = request.instance();
        ImageMeta image = request.image();
        if (!DhcpFiles.isHostName(instance.hostname())) {
            throw new DriverException(
                    ErrorCode.BUILD_ABORT,
                    "instance " + instance.id() + " has the host name '" + instance.hostname()
                            + "'; it must be letters, digits and hyphens, 63 at most");
        }
        return new DeploySpec(
                instance.hostname(),
                image.label(),
                image.source()
                        .orElseThrow(() -> new DriverException(
                                ErrorCode.IMAGE_UNACCEPTABLE,
                                "image " + image.label() + " has no source; give an http, https or file URL")),
                image.diskFormat(),
                checkedHash(image),
                image.hashValue(),
                image.sizeBytes(),
                request.networks(),
                request.power(),
                context.requestId());
    }

    private static Optional<String> checkedHash(ImageMeta image) {
        if (image.hashAlgorithm().isPresent() && image.hashValue().isPresent()) {
            try {
                org.novametal.image.ImageChecksum.parse(
                        image.hashAlgorithm().get() + ":" + image.hashValue().get());
            } catch (IllegalArgumentException e) {
                throw new DriverException(
                        ErrorCode.IMAGE_UNACCEPTABLE, "image " + image.label() + ": " + e.getMessage(), e);
            }
        }
        return image.hashAlgorithm();
    }
}
