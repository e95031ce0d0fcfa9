package org.novametal.baremetal.provision;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.operation.InstanceFate;
import org.novametal.baremetal.operation.OperationFailure;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.operation.OperationRules;
import org.novametal.baremetal.operation.OperationStatus;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionTable;
import org.novametal.baremetal.store.OperationStore.NodeEnd;
import org.novametal.baremetal.store.OperationStore.OperationEnd;
import org.novametal.baremetal.store.Store;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/** Frees a node from an operation that nobody carries on: the operation ends as it is, and nothing is undone. */
public final class ReleasedOperation {
    private ReleasedOperation() {}

    /**
     * Ends an unfinished operation as failed. Its node gets the event {@code fail} where that is legal, keeps its instance, and
     * names the release as its last error.
     *
     * @param by who releases the node, for people
     * @return the operation as ended
     * @throws DriverException {@code RESOURCES_UNAVAILABLE} when the operation has ended meanwhile; {@code DRIVER_NOT_READY}
     */
    public static OperationRecord end(
            Store store, OperationRules rules, OperationRecord operation, String by, Instant now) {
        String message = "the " + operation.kind() + " was ended by " + by + " in "
                + operation.step().map(step -> "the step " + step).orElse("its end")
                + ", without being undone; check the machine before the node is used";
        OperationFailure why = rules.find(operation.kind())
                .map(rule -> rule.failure(FailureCause.OTHER, message))
                .orElseGet(() -> new OperationFailure(FailureCause.OTHER, ErrorCode.DEPLOY_FAILED, message));
        List<ProvisionEvent> events = store.nodes()
                .find(operation.node())
                .map(NodeRecord::state)
                .filter(state -> ProvisionTable.next(state, ProvisionEvent.FAIL).isPresent())
                .map(_ -> List.of(ProvisionEvent.FAIL))
                .orElse(List.of());
        store.operations()
                .end(
                        operation.id(),
                        present -> new OperationEnd(
                                present.ended(OperationStatus.FAILED, Optional.of(why), now),
                                new NodeEnd(events, InstanceFate.STAYS, Optional.empty(), Optional.of(why.message()))));
        return store.operations().find(operation.id()).orElse(operation);
    }
}
