package org.novametal.baremetal.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.state.ProvisionTable.Row;

class ProvisionTableTest {
    /** The machine as operators and stores see it. A row changed here is a change of what stores hold. */
    private static final List<String> ROWS = List.of(
            "enroll MANAGE verifying",
            "verifying DONE manageable",
            "verifying FAIL enroll",
            "verifying ABORT enroll",
            "verifying DELETE enroll",
            "manageable PROVIDE cleaning",
            "manageable CLEAN cleaning",
            "manageable INSPECT inspecting",
            "manageable ADOPT adopting",
            "inspecting WAIT inspect wait",
            "inspecting DONE manageable",
            "inspecting FAIL inspect failed",
            "inspecting ABORT inspect failed",
            "inspecting DELETE inspect failed",
            "inspect wait RESUME inspecting",
            "inspect wait DONE manageable",
            "inspect wait FAIL inspect failed",
            "inspect wait ABORT inspect failed",
            "inspect wait DELETE inspect failed",
            "inspect failed INSPECT inspecting",
            "inspect failed MANAGE manageable",
            "adopting DONE active",
            "adopting FAIL adopt failed",
            "adopting ABORT adopt failed",
            "adopting DELETE deleting",
            "adopt failed ADOPT adopting",
            "adopt failed MANAGE manageable",
            "adopt failed DELETE deleting",
            "available DEPLOY deploying",
            "available MANAGE manageable",
            "deploying WAIT wait call-back",
            "deploying DONE active",
            "deploying FAIL deploy failed",
            "deploying ABORT deploy failed",
            "deploying DELETE deleting",
            "wait call-back RESUME deploying",
            "wait call-back FAIL deploy failed",
            "wait call-back ABORT deploy failed",
            "wait call-back DELETE deleting",
            "deploy failed CLEAN cleaning",
            "deploy failed RELEASE available",
            "deploy failed RESTORE active",
            "deploy failed DEPLOY deploying",
            "deploy failed REBUILD deploying",
            "deploy failed DELETE deleting",
            "active REBUILD deploying",
            "active RESCUE rescuing",
            "active DELETE deleting",
            "deleting CLEAN cleaning",
            "deleting RELEASE available",
            "deleting FAIL error",
            "deleting ABORT error",
            "deleting DELETE deleting",
            "error REBUILD deploying",
            "error DELETE deleting",
            "rescuing WAIT rescue wait",
            "rescuing DONE rescue",
            "rescuing FAIL rescue failed",
            "rescuing ABORT rescue failed",
            "rescuing DELETE deleting",
            "rescue wait RESUME rescuing",
            "rescue wait FAIL rescue failed",
            "rescue wait ABORT rescue failed",
            "rescue wait DELETE deleting",
            "rescue RESCUE rescuing",
            "rescue UNRESCUE unrescuing",
            "rescue DELETE deleting",
            "rescue failed RESCUE rescuing",
            "rescue failed UNRESCUE unrescuing",
            "rescue failed DELETE deleting",
            "unrescuing DONE active",
            "unrescuing FAIL unrescue failed",
            "unrescuing ABORT unrescue failed",
            "unrescuing DELETE deleting",
            "unrescue failed RESCUE rescuing",
            "unrescue failed UNRESCUE unrescuing",
            "unrescue failed DELETE deleting",
            "cleaning WAIT clean wait",
            "cleaning DONE available",
            "cleaning MANAGE manageable",
            "cleaning FAIL clean failed",
            "cleaning ABORT clean failed",
            "cleaning DELETE clean failed",
            "clean wait RESUME cleaning",
            "clean wait FAIL clean failed",
            "clean wait ABORT clean failed",
            "clean wait DELETE clean failed",
            "clean failed CLEAN cleaning",
            "clean failed MANAGE manageable");

    @Test
    void everyRowIsAsItIsKnownOutside() {
        assertThat(ProvisionTable.rows())
                .extracting(row -> row.from().persistedName() + " " + row.event() + " "
                        + row.to().persistedName())
                .containsExactlyElementsOf(ROWS);
    }

    @Test
    void everyRowIsTakenAndNoOther() {
        for (ProvisionState from : ProvisionState.values()) {
            for (ProvisionEvent event : ProvisionEvent.values()) {
                List<ProvisionState> targets = ProvisionTable.rows().stream()
                        .filter(row -> row.from() == from && row.event() == event)
                        .map(Row::to)
                        .toList();
                assertThat(targets).as(from + " " + event).hasSizeLessThanOrEqualTo(1);
                assertThat(ProvisionTable.next(from, event))
                        .isEqualTo(targets.stream().findFirst());
            }
        }
    }

    @Test
    void everyStateIsReachedFromEnrollAndLeadsToAvailable() {
        for (ProvisionState state : ProvisionState.values()) {
            assertThat(reachable(ProvisionState.ENROLL)).contains(state);
            assertThat(reachable(state)).contains(ProvisionState.AVAILABLE);
        }
    }

    private static Set<ProvisionState> reachable(ProvisionState start) {
        Set<ProvisionState> seen = EnumSet.of(start);
        Deque<ProvisionState> open = new ArrayDeque<>(seen);
        while (!open.isEmpty()) {
            ProvisionState from = open.pop();
            for (Row row : ProvisionTable.rows()) {
                if (row.from() == from && seen.add(row.to())) {
                    open.push(row.to());
                }
            }
        }
        return seen;
    }

    @Test
    void everyWorkingStateIsLeftByAbortAndByDelete() {
        for (ProvisionState state : ProvisionState.values()) {
            if (state.isWorking()) {
                assertThat(ProvisionTable.next(state, ProvisionEvent.ABORT))
                        .as(state + " ABORT")
                        .isPresent();
                assertThat(ProvisionTable.next(state, ProvisionEvent.DELETE))
                        .as(state + " DELETE")
                        .isPresent();
            } else {
                assertThat(ProvisionTable.next(state, ProvisionEvent.ABORT))
                        .as(state + " ABORT")
                        .isEmpty();
            }
        }
    }

    @Test
    void everyStateInWhichAnInstanceHoldsANodeIsLeftByDeleteToDeleting() {
        for (ProvisionState state : ProvisionState.values()) {
            if (state.isHeld()) {
                assertThat(ProvisionTable.next(state, ProvisionEvent.DELETE))
                        .as(state + " DELETE")
                        .contains(ProvisionState.DELETING);
            }
        }
    }

    @Test
    void everyFailedStateIsRetriedByItsVerb() {
        assertThat(ProvisionTable.next(ProvisionState.DEPLOY_FAILED, ProvisionEvent.DEPLOY))
                .contains(ProvisionState.DEPLOYING);
        assertThat(ProvisionTable.next(ProvisionState.CLEAN_FAILED, ProvisionEvent.CLEAN))
                .contains(ProvisionState.CLEANING);
        assertThat(ProvisionTable.next(ProvisionState.INSPECT_FAILED, ProvisionEvent.INSPECT))
                .contains(ProvisionState.INSPECTING);
        assertThat(ProvisionTable.next(ProvisionState.ADOPT_FAILED, ProvisionEvent.ADOPT))
                .contains(ProvisionState.ADOPTING);
        assertThat(ProvisionTable.next(ProvisionState.RESCUE_FAILED, ProvisionEvent.RESCUE))
                .contains(ProvisionState.RESCUING);
        assertThat(ProvisionTable.next(ProvisionState.UNRESCUE_FAILED, ProvisionEvent.UNRESCUE))
                .contains(ProvisionState.UNRESCUING);
        assertThat(ProvisionTable.next(ProvisionState.ERROR, ProvisionEvent.DELETE))
                .contains(ProvisionState.DELETING);
        assertThat(ProvisionTable.next(ProvisionState.ENROLL, ProvisionEvent.MANAGE))
                .contains(ProvisionState.VERIFYING);
    }

    @Test
    void onlyAWorkingStateWaitsForARamdiskAndOnlyOneStateIsFree() {
        assertThat(Arrays.stream(ProvisionState.values()).filter(ProvisionState::waitsForRamdisk))
                .allMatch(ProvisionState::isWorking);
        assertThat(Arrays.stream(ProvisionState.values()).filter(state -> state.use() == ProvisionState.Use.FREE))
                .containsExactly(ProvisionState.AVAILABLE);
    }

    @Test
    void persistedNamesAreOneEachAndComeBack() {
        for (ProvisionState state : ProvisionState.values()) {
            assertThat(ProvisionState.ofPersistedName(state.persistedName())).contains(state);
        }
        assertThat(Arrays.stream(ProvisionState.values()).map(ProvisionState::persistedName))
                .doesNotHaveDuplicates();
        assertThat(ProvisionState.ofPersistedName("AVAILABLE")).isEqualTo(Optional.empty());
    }
}
