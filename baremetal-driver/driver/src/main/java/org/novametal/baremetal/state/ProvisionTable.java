package org.novametal.baremetal.state;

import static org.novametal.baremetal.state.ProvisionEvent.CLEAN;
import static org.novametal.baremetal.state.ProvisionEvent.DELETE;
import static org.novametal.baremetal.state.ProvisionEvent.DEPLOY;
import static org.novametal.baremetal.state.ProvisionEvent.DONE;
import static org.novametal.baremetal.state.ProvisionEvent.FAIL;
import static org.novametal.baremetal.state.ProvisionEvent.REBUILD;
import static org.novametal.baremetal.state.ProvisionEvent.RELEASE;
import static org.novametal.baremetal.state.ProvisionEvent.RESTORE;
import static org.novametal.baremetal.state.ProvisionEvent.RESUME;
import static org.novametal.baremetal.state.ProvisionEvent.WAIT;
import static org.novametal.baremetal.state.ProvisionState.ACTIVE;
import static org.novametal.baremetal.state.ProvisionState.AVAILABLE;
import static org.novametal.baremetal.state.ProvisionState.CLEANING;
import static org.novametal.baremetal.state.ProvisionState.CLEAN_FAILED;
import static org.novametal.baremetal.state.ProvisionState.CLEAN_WAIT;
import static org.novametal.baremetal.state.ProvisionState.DELETING;
import static org.novametal.baremetal.state.ProvisionState.DEPLOYING;
import static org.novametal.baremetal.state.ProvisionState.DEPLOY_FAILED;
import static org.novametal.baremetal.state.ProvisionState.ERROR;
import static org.novametal.baremetal.state.ProvisionState.WAIT_CALL_BACK;

import java.util.List;
import java.util.Optional;

/**
 * All legal transitions of a node.
 *
 * <p>It differs from Ironic's table in four places: {@code delete} is legal in {@code deploying}, because a running step can
 * be cancelled; {@code clean} and {@code release} are legal in {@code deploy failed}, because a failed deployment is undone
 * automatically; {@code restore} is legal there too, because a rebuild that failed before it changed the machine left the
 * instance as it was; and {@code clean} is legal in {@code clean failed}, because cleaning again is the usual remedy. Source:
 * Ironic {@code ironic/common/states.py}.
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
            new Row(AVAILABLE, DEPLOY, DEPLOYING),
            new Row(DEPLOYING, WAIT, WAIT_CALL_BACK),
            new Row(DEPLOYING, DONE, ACTIVE),
            new Row(DEPLOYING, FAIL, DEPLOY_FAILED),
            new Row(DEPLOYING, DELETE, DELETING),
            new Row(WAIT_CALL_BACK, RESUME, DEPLOYING),
            new Row(WAIT_CALL_BACK, FAIL, DEPLOY_FAILED),
            new Row(WAIT_CALL_BACK, DELETE, DELETING),
            new Row(DEPLOY_FAILED, CLEAN, CLEANING),
            new Row(DEPLOY_FAILED, RELEASE, AVAILABLE),
            new Row(DEPLOY_FAILED, RESTORE, ACTIVE),
            new Row(DEPLOY_FAILED, REBUILD, DEPLOYING),
            new Row(DEPLOY_FAILED, DELETE, DELETING),
            new Row(ACTIVE, REBUILD, DEPLOYING),
            new Row(ACTIVE, DELETE, DELETING),
            new Row(DELETING, CLEAN, CLEANING),
            new Row(DELETING, RELEASE, AVAILABLE),
            new Row(DELETING, FAIL, ERROR),
            new Row(ERROR, REBUILD, DEPLOYING),
            new Row(ERROR, DELETE, DELETING),
            new Row(CLEANING, WAIT, CLEAN_WAIT),
            new Row(CLEANING, DONE, AVAILABLE),
            new Row(CLEANING, FAIL, CLEAN_FAILED),
            new Row(CLEAN_WAIT, RESUME, CLEANING),
            new Row(CLEAN_WAIT, FAIL, CLEAN_FAILED),
            new Row(CLEAN_FAILED, CLEAN, CLEANING));

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
