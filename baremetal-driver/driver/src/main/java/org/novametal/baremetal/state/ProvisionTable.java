package org.novametal.baremetal.state;

import static org.novametal.baremetal.state.ProvisionEvent.ABORT;
import static org.novametal.baremetal.state.ProvisionEvent.ADOPT;
import static org.novametal.baremetal.state.ProvisionEvent.CLEAN;
import static org.novametal.baremetal.state.ProvisionEvent.DELETE;
import static org.novametal.baremetal.state.ProvisionEvent.DEPLOY;
import static org.novametal.baremetal.state.ProvisionEvent.DONE;
import static org.novametal.baremetal.state.ProvisionEvent.FAIL;
import static org.novametal.baremetal.state.ProvisionEvent.INSPECT;
import static org.novametal.baremetal.state.ProvisionEvent.MANAGE;
import static org.novametal.baremetal.state.ProvisionEvent.PROVIDE;
import static org.novametal.baremetal.state.ProvisionEvent.REBUILD;
import static org.novametal.baremetal.state.ProvisionEvent.RELEASE;
import static org.novametal.baremetal.state.ProvisionEvent.RESTORE;
import static org.novametal.baremetal.state.ProvisionEvent.RESUME;
import static org.novametal.baremetal.state.ProvisionEvent.UNRESCUE;
import static org.novametal.baremetal.state.ProvisionEvent.WAIT;
import static org.novametal.baremetal.state.ProvisionState.ACTIVE;
import static org.novametal.baremetal.state.ProvisionState.ADOPTING;
import static org.novametal.baremetal.state.ProvisionState.ADOPT_FAILED;
import static org.novametal.baremetal.state.ProvisionState.AVAILABLE;
import static org.novametal.baremetal.state.ProvisionState.CLEANING;
import static org.novametal.baremetal.state.ProvisionState.CLEAN_FAILED;
import static org.novametal.baremetal.state.ProvisionState.CLEAN_WAIT;
import static org.novametal.baremetal.state.ProvisionState.DELETING;
import static org.novametal.baremetal.state.ProvisionState.DEPLOYING;
import static org.novametal.baremetal.state.ProvisionState.DEPLOY_FAILED;
import static org.novametal.baremetal.state.ProvisionState.ENROLL;
import static org.novametal.baremetal.state.ProvisionState.ERROR;
import static org.novametal.baremetal.state.ProvisionState.INSPECTING;
import static org.novametal.baremetal.state.ProvisionState.INSPECT_FAILED;
import static org.novametal.baremetal.state.ProvisionState.INSPECT_WAIT;
import static org.novametal.baremetal.state.ProvisionState.MANAGEABLE;
import static org.novametal.baremetal.state.ProvisionState.RESCUE_FAILED;
import static org.novametal.baremetal.state.ProvisionState.RESCUE_WAIT;
import static org.novametal.baremetal.state.ProvisionState.RESCUING;
import static org.novametal.baremetal.state.ProvisionState.UNRESCUE_FAILED;
import static org.novametal.baremetal.state.ProvisionState.UNRESCUING;
import static org.novametal.baremetal.state.ProvisionState.VERIFYING;
import static org.novametal.baremetal.state.ProvisionState.WAIT_CALL_BACK;

import java.util.List;
import java.util.Optional;

/**
 * All legal transitions of a node.
 *
 * <p>It contains Ironic's table, and these transitions beside it:
 *
 * <ul>
 *   <li>{@code abort} and {@code delete} are legal in every working state, because a running step can be cancelled. Where no
 *       instance holds the node, {@code delete} has nothing to remove and is the same as {@code abort}.
 *   <li>{@code clean} and {@code release} are legal in {@code deploy failed}, because a failed deployment is undone
 *       automatically; {@code restore} is legal there too, because a rebuild that failed before it changed the machine left
 *       the instance as it was.
 *   <li>{@code clean} is legal in {@code clean failed}: every failed state is retried by its verb.
 *   <li>{@code delete} is legal in {@code adopt failed}, because the instance holds the node there.
 * </ul>
 *
 * <p>Source: Ironic {@code ironic/common/states.py}.
 */
public final class ProvisionTable {
    /**
     * One legal transition.
     *
     * @param from the state before
     * @param event the event
     * @param to the state after
     */
    public record Row(ProvisionState from, ProvisionEvent event, ProvisionState to) {}

    private static final List<Row> ROWS = List.of(
            new Row(ENROLL, MANAGE, VERIFYING),
            new Row(VERIFYING, DONE, MANAGEABLE),
            new Row(VERIFYING, FAIL, ENROLL),
            new Row(VERIFYING, ABORT, ENROLL),
            new Row(VERIFYING, DELETE, ENROLL),
            new Row(MANAGEABLE, PROVIDE, CLEANING),
            new Row(MANAGEABLE, CLEAN, CLEANING),
            new Row(MANAGEABLE, INSPECT, INSPECTING),
            new Row(MANAGEABLE, ADOPT, ADOPTING),
            new Row(INSPECTING, WAIT, INSPECT_WAIT),
            new Row(INSPECTING, DONE, MANAGEABLE),
            new Row(INSPECTING, FAIL, INSPECT_FAILED),
            new Row(INSPECTING, ABORT, INSPECT_FAILED),
            new Row(INSPECTING, DELETE, INSPECT_FAILED),
            new Row(INSPECT_WAIT, RESUME, INSPECTING),
            new Row(INSPECT_WAIT, DONE, MANAGEABLE),
            new Row(INSPECT_WAIT, FAIL, INSPECT_FAILED),
            new Row(INSPECT_WAIT, ABORT, INSPECT_FAILED),
            new Row(INSPECT_WAIT, DELETE, INSPECT_FAILED),
            new Row(INSPECT_FAILED, INSPECT, INSPECTING),
            new Row(INSPECT_FAILED, MANAGE, MANAGEABLE),
            new Row(ADOPTING, DONE, ACTIVE),
            new Row(ADOPTING, FAIL, ADOPT_FAILED),
            new Row(ADOPTING, ABORT, ADOPT_FAILED),
            new Row(ADOPTING, DELETE, DELETING),
            new Row(ADOPT_FAILED, ADOPT, ADOPTING),
            new Row(ADOPT_FAILED, MANAGE, MANAGEABLE),
            new Row(ADOPT_FAILED, DELETE, DELETING),
            new Row(AVAILABLE, DEPLOY, DEPLOYING),
            new Row(AVAILABLE, MANAGE, MANAGEABLE),
            new Row(DEPLOYING, WAIT, WAIT_CALL_BACK),
            new Row(DEPLOYING, DONE, ACTIVE),
            new Row(DEPLOYING, FAIL, DEPLOY_FAILED),
            new Row(DEPLOYING, ABORT, DEPLOY_FAILED),
            new Row(DEPLOYING, DELETE, DELETING),
            new Row(WAIT_CALL_BACK, RESUME, DEPLOYING),
            new Row(WAIT_CALL_BACK, FAIL, DEPLOY_FAILED),
            new Row(WAIT_CALL_BACK, ABORT, DEPLOY_FAILED),
            new Row(WAIT_CALL_BACK, DELETE, DELETING),
            new Row(DEPLOY_FAILED, CLEAN, CLEANING),
            new Row(DEPLOY_FAILED, RELEASE, AVAILABLE),
            new Row(DEPLOY_FAILED, RESTORE, ACTIVE),
            new Row(DEPLOY_FAILED, DEPLOY, DEPLOYING),
            new Row(DEPLOY_FAILED, REBUILD, DEPLOYING),
            new Row(DEPLOY_FAILED, DELETE, DELETING),
            new Row(ACTIVE, REBUILD, DEPLOYING),
            new Row(ACTIVE, ProvisionEvent.RESCUE, RESCUING),
            new Row(ACTIVE, DELETE, DELETING),
            new Row(DELETING, CLEAN, CLEANING),
            new Row(DELETING, RELEASE, AVAILABLE),
            new Row(DELETING, FAIL, ERROR),
            new Row(DELETING, ABORT, ERROR),
            new Row(DELETING, DELETE, DELETING),
            new Row(ERROR, REBUILD, DEPLOYING),
            new Row(ERROR, DELETE, DELETING),
            new Row(RESCUING, WAIT, RESCUE_WAIT),
            new Row(RESCUING, DONE, ProvisionState.RESCUE),
            new Row(RESCUING, FAIL, RESCUE_FAILED),
            new Row(RESCUING, ABORT, RESCUE_FAILED),
            new Row(RESCUING, DELETE, DELETING),
            new Row(RESCUE_WAIT, RESUME, RESCUING),
            new Row(RESCUE_WAIT, FAIL, RESCUE_FAILED),
            new Row(RESCUE_WAIT, ABORT, RESCUE_FAILED),
            new Row(RESCUE_WAIT, DELETE, DELETING),
            new Row(ProvisionState.RESCUE, ProvisionEvent.RESCUE, RESCUING),
            new Row(ProvisionState.RESCUE, UNRESCUE, UNRESCUING),
            new Row(ProvisionState.RESCUE, DELETE, DELETING),
            new Row(RESCUE_FAILED, ProvisionEvent.RESCUE, RESCUING),
            new Row(RESCUE_FAILED, UNRESCUE, UNRESCUING),
            new Row(RESCUE_FAILED, DELETE, DELETING),
            new Row(UNRESCUING, DONE, ACTIVE),
            new Row(UNRESCUING, FAIL, UNRESCUE_FAILED),
            new Row(UNRESCUING, ABORT, UNRESCUE_FAILED),
            new Row(UNRESCUING, DELETE, DELETING),
            new Row(UNRESCUE_FAILED, ProvisionEvent.RESCUE, RESCUING),
            new Row(UNRESCUE_FAILED, UNRESCUE, UNRESCUING),
            new Row(UNRESCUE_FAILED, DELETE, DELETING),
            new Row(CLEANING, WAIT, CLEAN_WAIT),
            new Row(CLEANING, DONE, AVAILABLE),
            new Row(CLEANING, MANAGE, MANAGEABLE),
            new Row(CLEANING, FAIL, CLEAN_FAILED),
            new Row(CLEANING, ABORT, CLEAN_FAILED),
            new Row(CLEANING, DELETE, CLEAN_FAILED),
            new Row(CLEAN_WAIT, RESUME, CLEANING),
            new Row(CLEAN_WAIT, FAIL, CLEAN_FAILED),
            new Row(CLEAN_WAIT, ABORT, CLEAN_FAILED),
            new Row(CLEAN_WAIT, DELETE, CLEAN_FAILED),
            new Row(CLEAN_FAILED, CLEAN, CLEANING),
            new Row(CLEAN_FAILED, MANAGE, MANAGEABLE));

    private ProvisionTable() {}

    /** All legal transitions, in the order of a node's life cycle. */
    public static List<Row> rows() {
        return ROWS;
    }

    /** The state after an event; empty if the event is not legal in the current state. */
    public static Optional<ProvisionState> next(ProvisionState from, ProvisionEvent event) {
        return ROWS.stream()
                .filter(row -> row.from() == from && row.event() == event)
                .map(Row::to)
                .findFirst();
    }
}
