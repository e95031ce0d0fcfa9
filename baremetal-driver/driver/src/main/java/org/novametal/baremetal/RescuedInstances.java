package org.novametal.baremetal;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.NetworkedInput;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.operation.RescueInput;
import org.novametal.baremetal.provision.Provisioner;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.capability.InstanceRescue;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;

/**
 * Rescues instances: boots the deploy ramdisk as a rescue system in place of an instance, and the instance again. Each call
 * waits for the end of its operation, or joins one that is under way. Thread-safe.
 */
final class RescuedInstances implements InstanceRescue {
    private static final Set<OperationKind> CONNECTING =
            Set.of(OperationKind.DEPLOY, OperationKind.REBUILD, OperationKind.ADOPT);

    private final Store store;
    private final Provisioner provisioner;
    private final Duration limit;

    /** @param limit how long a rescue or unrescue may take; a call that waits longer fails, and the operation goes on */
    RescuedInstances(Store store, Provisioner provisioner, Duration limit) {
        this.store = store;
        this.provisioner = provisioner;
        this.limit = limit;
    }

    @Override
    public void rescue(RequestContext context, Instance instance, Secret password) throws InterruptedException {
        NodeRecord node = store.nodes().requireOfInstance(instance.id());
        run(
                node,
                OperationKind.RESCUE,
                ErrorCode.RESCUE_FAILED,
                context,
                instance,
                Map.of(RescueInput.PASSWORD, password));
    }

    @Override
    public void unrescue(RequestContext context, Instance instance) throws InterruptedException {
        NodeRecord node = store.nodes().requireOfInstance(instance.id());
        if (node.state().instanceRuns() && node.operation().isEmpty()) {
            return;
        }
        run(node, OperationKind.UNRESCUE, ErrorCode.UNRESCUE_FAILED, context, instance, Map.of());
    }

    private void run(
            NodeRecord node,
            OperationKind kind,
            ErrorCode failed,
            RequestContext context,
            Instance instance,
            Map<String, Secret> secrets)
            throws InterruptedException {
        Optional<UUID> underWay = node.operation()
                .flatMap(store.operations()::find)
                .filter(operation -> operation.kind().equals(kind))
                .map(OperationRecord::id);
        UUID operation = underWay.isPresent()
                ? underWay.get()
                : begin(node, kind, failed, RescueInput.of(earlier(instance), context.requestId()), secrets);
        OperationRecord end = provisioner.await(operation, limit);
        if (end.status().phase() != OperationStatus.Phase.FINISHED) {
            throw new DriverException(
                    failed,
                    "the " + kind + " of instance " + instance.id() + " on node " + node.name()
                            + " has not ended within " + limit + "; it goes on as operation " + operation);
        }
        if (end.status() != OperationStatus.SUCCEEDED) {
            throw new DriverException(
                    failed,
                    "the " + kind + " of instance " + instance.id() + " on node " + node.name() + " failed: "
                            + end.failure().map(why -> why.message()).orElse("it was cancelled"));
        }
    }

    private UUID begin(
            NodeRecord node, OperationKind kind, ErrorCode failed, RescueInput input, Map<String, Secret> secrets) {
        try {
            return provisioner.begin(node, kind, node.instance().map(holder -> holder.id()), input, secrets);
        } catch (DriverException e) {
            // To a compute service, a node that does not allow the operation is a failed operation.
            throw e.code() == ErrorCode.RESOURCES_UNAVAILABLE ? new DriverException(failed, e.getMessage(), e) : e;
        }
    }

    /** The host name and networks of the operation that put the instance on its node; without networks if it is not known. */
    private NetworkedInput earlier(Instance instance) {
        return input(store, instance.id()).orElseGet(() -> new RescueInput(instance.hostname(), List.of(), ""));
    }

    /** The input of the operation that put an instance on its node. */
    static Optional<NetworkedInput> input(Store store, InstanceId instance) {
        return store.operations()
                .newest(instance, CONNECTING)
                .map(OperationRecord::input)
                .filter(NetworkedInput.class::isInstance)
                .map(NetworkedInput.class::cast);
    }
}
