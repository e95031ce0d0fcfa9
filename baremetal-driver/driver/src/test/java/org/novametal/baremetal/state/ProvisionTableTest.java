package org.novametal.baremetal.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.state.ProvisionTable.Row;

class ProvisionTableTest {
    /** The machine as operators and stores see it. A row changed here is a change of what stores hold. */
    private static final List<String> ROWS = List.of(
            "available DEPLOY deploying",
            "deploying WAIT wait call-back",
            "deploying DONE active",
            "deploying FAIL deploy failed",
            "deploying DELETE deleting",
            "wait call-back RESUME deploying",
            "wait call-back FAIL deploy failed",
            "wait call-back DELETE deleting",
            "deploy failed CLEAN cleaning",
            "deploy failed RELEASE available",
            "deploy failed RESTORE active",
            "deploy failed REBUILD deploying",
            "deploy failed DELETE deleting",
            "active REBUILD deploying",
            "active DELETE deleting",
            "deleting CLEAN cleaning",
            "deleting RELEASE available",
            "deleting FAIL error",
            "error REBUILD deploying",
            "error DELETE deleting",
            "cleaning WAIT clean wait",
            "cleaning DONE available",
            "cleaning FAIL clean failed",
            "clean wait RESUME cleaning",
            "clean wait FAIL clean failed",
            "clean failed CLEAN cleaning");

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
    void everyStateIsReachedFromAvailableAndLeadsBackToIt() {
        for (ProvisionState state : ProvisionState.values()) {
            assertThat(reachable(ProvisionState.AVAILABLE)).contains(state);
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
    void everyStateInWhichAnInstanceHoldsANodeCanBeLeftByDelete() {
        Set<ProvisionState> deletable = ProvisionTable.rows().stream()
                .filter(row -> row.event() == ProvisionEvent.DELETE)
                .map(Row::from)
                .collect(Collectors.toSet());
        assertThat(deletable)
                .containsExactlyInAnyOrder(
                        ProvisionState.DEPLOYING,
                        ProvisionState.WAIT_CALL_BACK,
                        ProvisionState.DEPLOY_FAILED,
                        ProvisionState.ACTIVE,
                        ProvisionState.ERROR);
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
