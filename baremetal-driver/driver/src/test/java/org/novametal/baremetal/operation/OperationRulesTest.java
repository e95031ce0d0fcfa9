package org.novametal.baremetal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.operation.OperationRule.End;
import org.novametal.baremetal.operation.OperationRule.Ending;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.state.ProvisionTable;
import org.novametal.driver.error.ErrorCode;

class OperationRulesTest {
    /** Kind, end: event, the instance, what follows. */
    private static final List<String> ENDINGS = List.of(
            "deploy DONE: DONE STAYS -",
            "deploy UNTOUCHED: RELEASE LEAVES -",
            "deploy TOUCHED: RELEASE LEAVES -",
            "deploy WRITTEN: CLEAN LEAVES clean",
            "deploy NOT_UNDONE: - STAYS -",
            "deploy CANCEL_NOT_UNDONE: FAIL STAYS -",
            "rebuild DONE: DONE STAYS -",
            "rebuild UNTOUCHED: RESTORE STAYS -",
            "rebuild TOUCHED: - STAYS -",
            "rebuild WRITTEN: - STAYS -",
            "rebuild NOT_UNDONE: - STAYS -",
            "rebuild CANCEL_NOT_UNDONE: - STAYS -",
            "delete DONE: CLEAN LEAVES clean",
            "delete UNTOUCHED: - STAYS -",
            "delete TOUCHED: - STAYS -",
            "delete WRITTEN: - STAYS -",
            "delete NOT_UNDONE: - STAYS -",
            "delete CANCEL_NOT_UNDONE: - STAYS -",
            "clean DONE: DONE LEAVES -",
            "clean UNTOUCHED: - LEAVES -",
            "clean TOUCHED: - LEAVES -",
            "clean WRITTEN: - LEAVES -",
            "clean NOT_UNDONE: - LEAVES -",
            "clean CANCEL_NOT_UNDONE: - LEAVES -",
            "manual-clean DONE: MANAGE LEAVES -",
            "provide DONE: DONE LEAVES -",
            "verify DONE: DONE LEAVES -",
            "enroll DONE: DONE PROVIDE LEAVES provide",
            "manage DONE: - LEAVES -",
            "inspect DONE: DONE LEAVES -",
            "adopt DONE: DONE STAYS -",
            "rescue DONE: DONE STAYS -",
            "unrescue DONE: DONE STAYS -");

    /** The kinds whose ends other than success leave the node in its state, all alike. */
    private static final Set<OperationKind> KEEPING_THEIR_STATE = Set.of(
            OperationKind.MANUAL_CLEAN,
            OperationKind.PROVIDE,
            OperationKind.VERIFY,
            OperationKind.ENROLL,
            OperationKind.MANAGE,
            OperationKind.INSPECT,
            OperationKind.ADOPT,
            OperationKind.RESCUE,
            OperationKind.UNRESCUE);

    private static final List<OperationKind> KINDS = List.of(
            OperationKind.DEPLOY,
            OperationKind.REBUILD,
            OperationKind.DELETE,
            OperationKind.CLEAN,
            OperationKind.MANUAL_CLEAN,
            OperationKind.PROVIDE,
            OperationKind.VERIFY,
            OperationKind.ENROLL,
            OperationKind.MANAGE,
            OperationKind.INSPECT,
            OperationKind.ADOPT,
            OperationKind.RESCUE,
            OperationKind.UNRESCUE);

    @Test
    void everyEndOfEveryKindIsAsTheTableSays() {
        assertThat(KINDS.stream()
                        .flatMap(kind -> Arrays.stream(End.values())
                                .filter(end -> end == End.DONE || !KEEPING_THEIR_STATE.contains(kind))
                                .map(end -> kind + " " + end + ": "
                                        + text(rule(kind).ending(end)))))
                .containsExactlyElementsOf(ENDINGS);
        assertThat(OperationRules.ALL.kinds()).containsExactlyInAnyOrderElementsOf(KINDS);
        for (OperationKind kind : KEEPING_THEIR_STATE) {
            for (End end : EnumSet.complementOf(EnumSet.of(End.DONE))) {
                InstanceFate fate = rule(kind).ending(End.DONE).instance();
                assertThat(rule(kind).ending(end)).as(kind + " " + end).isEqualTo(Ending.unchanged(fate));
            }
        }
    }

    /** Where a rule and the table disagreed, an operation could never end. */
    @Test
    void everyEventOfEveryRuleIsLegalWhereItHappens() {
        for (OperationKind kind : KINDS) {
            OperationRule rule = rule(kind);
            assertThat(rule.beginsIn()).as("%s begins somewhere", kind).isNotEmpty();
            ProvisionState failed =
                    ProvisionTable.next(rule.runs(), ProvisionEvent.FAIL).orElse(rule.runs());
            ProvisionState cancelled = rule.cancels()
                    .map(event -> ProvisionTable.next(rule.runs(), event).orElseThrow())
                    .orElse(rule.runs());
            for (End end : End.values()) {
                List<ProvisionState> from = switch (end) {
                    case DONE -> List.of(rule.runs());
                    case UNTOUCHED, TOUCHED, WRITTEN -> List.of(failed, cancelled);
                    case NOT_UNDONE -> List.of(failed);
                    case CANCEL_NOT_UNDONE -> List.of(cancelled);
                };
                from.forEach(state -> requireLegal(rule, end, state));
            }
        }
    }

    private static void requireLegal(OperationRule rule, End end, ProvisionState from) {
        Ending ending = rule.ending(end);
        ProvisionState state = from;
        for (ProvisionEvent event : ending.events()) {
            assertThat(ProvisionTable.next(state, event))
                    .as("%s %s: %s in %s", rule.kind(), end, event, state)
                    .isPresent();
            state = ProvisionTable.next(state, event).orElseThrow();
        }
        assertThat(state.isWorking())
                .as("%s %s: an operation works in %s", rule.kind(), end, state)
                .isEqualTo(ending.next().isPresent());
        if (state.isHeld()) {
            assertThat(ending.instance())
                    .as("%s %s in %s", rule.kind(), end, state)
                    .isEqualTo(InstanceFate.STAYS);
        } else {
            assertThat(ending.instance())
                    .as("%s %s in %s", rule.kind(), end, state)
                    .isEqualTo(InstanceFate.LEAVES);
        }
    }

    @Test
    void whatCancelsAKindAndWhatItsNodesMayAskForStandsInItsRow() {
        assertThat(KINDS.stream()
                        .map(kind -> kind + " " + rule(kind).begins() + " "
                                + rule(kind).cancels().map(Enum::name).orElse("-") + " "
                                + rule(kind).uses().stream().sorted().toList()))
                .containsExactly(
                        "deploy DEPLOY DELETE [RAMDISK, IMAGE]",
                        "rebuild REBUILD ABORT [RAMDISK, IMAGE]",
                        "delete DELETE ABORT []",
                        "clean CLEAN ABORT [RAMDISK]",
                        "manual-clean CLEAN ABORT [RAMDISK]",
                        "provide PROVIDE ABORT [RAMDISK]",
                        "verify MANAGE ABORT []",
                        "enroll MANAGE ABORT []",
                        "manage MANAGE - []",
                        "inspect INSPECT ABORT [RAMDISK]",
                        "adopt ADOPT ABORT []",
                        "rescue RESCUE ABORT [RAMDISK]",
                        "unrescue UNRESCUE ABORT []");
    }

    @Test
    void aCauseIsReportedByTheCodeOfTheKind() {
        assertThat(codes(OperationKind.DEPLOY))
                .containsExactly(
                        ErrorCode.DEPLOY_FAILED,
                        ErrorCode.DEPLOY_FAILED,
                        ErrorCode.IMAGE_UNACCEPTABLE,
                        ErrorCode.DEPLOY_FAILED,
                        ErrorCode.VIF_PLUG_FAILED,
                        ErrorCode.NODE_INVALID,
                        ErrorCode.DEPLOY_FAILED,
                        ErrorCode.CANCELLED,
                        ErrorCode.DEPLOY_FAILED);
        assertThat(codes(OperationKind.REBUILD))
                .containsExactly(
                        ErrorCode.REBUILD_FAILED,
                        ErrorCode.REBUILD_FAILED,
                        ErrorCode.IMAGE_UNACCEPTABLE,
                        ErrorCode.REBUILD_FAILED,
                        ErrorCode.VIF_PLUG_FAILED,
                        ErrorCode.REBUILD_FAILED,
                        ErrorCode.REBUILD_FAILED,
                        ErrorCode.CANCELLED,
                        ErrorCode.REBUILD_FAILED);
        assertThat(codes(OperationKind.DELETE)).containsOnly(ErrorCode.DESTROY_FAILED, ErrorCode.CANCELLED);
        for (OperationKind cleaning : List.of(OperationKind.CLEAN, OperationKind.MANUAL_CLEAN, OperationKind.PROVIDE)) {
            assertThat(codes(cleaning)).containsOnly(ErrorCode.DEPLOY_FAILED, ErrorCode.CANCELLED);
        }
        assertThat(codes(OperationKind.RESCUE)).containsOnly(ErrorCode.RESCUE_FAILED);
        assertThat(codes(OperationKind.UNRESCUE)).containsOnly(ErrorCode.UNRESCUE_FAILED);
        assertThat(codes(OperationKind.ADOPT)).containsOnly(ErrorCode.NODE_INVALID, ErrorCode.CANCELLED);
        assertThat(codes(OperationKind.VERIFY)).containsOnly(ErrorCode.NODE_INVALID, ErrorCode.CANCELLED);
        assertThat(codes(OperationKind.ENROLL)).containsOnly(ErrorCode.NODE_INVALID, ErrorCode.CANCELLED);
    }

    private static List<ErrorCode> codes(OperationKind kind) {
        return Arrays.stream(FailureCause.values())
                .map(cause -> rule(kind).failure(cause, "why").code())
                .toList();
    }

    @Test
    void aRowThatLacksAnEndOrACauseIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new OperationRule(
                        OperationKind.CLEAN,
                        ProvisionEvent.CLEAN,
                        ProvisionState.CLEANING,
                        Optional.empty(),
                        Set.of(),
                        Map.of(End.DONE, Ending.unchanged(InstanceFate.LEAVES)),
                        Optional.empty(),
                        OperationRule.everyCause(_ -> ErrorCode.DEPLOY_FAILED)))
                .withMessageContaining("clean");
    }

    @Test
    void aPlanFindsItsWayByNames() {
        Plan plan = new Plan(List.of("a", "b", "c"));
        assertThat(plan.first()).contains("a");
        assertThat(plan.after("b")).contains("c");
        assertThat(plan.after("c")).isEmpty();
        assertThat(plan.before("a")).isEmpty();
        assertThat(plan.upTo("b")).containsExactly("a", "b");
        assertThat(plan.from("b")).containsExactly("b", "c");
        assertThat(plan.fraction("b", 0.5)).isEqualTo(0.5);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> plan.after("d"))
                .withMessageContaining("'d'")
                .withMessageContaining("[a, b, c]");
        assertThatIllegalArgumentException().isThrownBy(() -> new Plan(List.of("a", "a")));
    }

    private static OperationRule rule(OperationKind kind) {
        return OperationRules.ALL.find(kind).orElseThrow();
    }

    private static String text(Ending ending) {
        return (ending.events().isEmpty()
                        ? "-"
                        : ending.events().stream().map(Enum::name).collect(Collectors.joining(" ")))
                + " " + ending.instance() + " "
                + ending.next().map(OperationKind::persistedName).orElse("-");
    }
}
