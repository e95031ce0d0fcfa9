package org.novametal.baremetal.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.operation.OperationRule.End;
import org.novametal.baremetal.operation.OperationRule.Ending;
import org.novametal.baremetal.state.ProvisionEvent;
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
            "clean CANCEL_NOT_UNDONE: - LEAVES -");

    private static final List<OperationKind> KINDS =
            List.of(OperationKind.DEPLOY, OperationKind.REBUILD, OperationKind.DELETE, OperationKind.CLEAN);

    @Test
    void everyEndOfEveryKindIsAsTheTableSays() {
        assertThat(KINDS.stream()
                        .flatMap(kind -> Arrays.stream(End.values())
                                .map(end -> kind + " " + end + ": "
                                        + text(rule(kind).ending(end)))))
                .containsExactlyElementsOf(ENDINGS);
        assertThat(OperationRules.ALL.kinds()).containsExactlyInAnyOrderElementsOf(KINDS);
    }

    @Test
    void whatCancelsAKindAndWhatItsNodesMayAskForStandsInItsRow() {
        assertThat(KINDS.stream()
                        .map(kind -> kind + " " + rule(kind).begins() + " "
                                + rule(kind).cancels().map(Enum::name).orElse("-") + " "
                                + rule(kind).uses().stream().sorted().toList()))
                .containsExactly(
                        "deploy DEPLOY DELETE [RAMDISK, IMAGE]",
                        "rebuild REBUILD FAIL [RAMDISK, IMAGE]",
                        "delete DELETE - []",
                        "clean CLEAN - [RAMDISK]");
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
        assertThat(codes(OperationKind.DELETE)).containsOnly(ErrorCode.DESTROY_FAILED);
        assertThat(codes(OperationKind.CLEAN)).containsOnly(ErrorCode.DEPLOY_FAILED);
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
                        Optional.empty(),
                        Set.of(),
                        Map.of(End.DONE, Ending.unchanged(InstanceFate.LEAVES)),
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
        return ending.event().map(Enum::name).orElse("-") + " " + ending.instance() + " "
                + ending.next().map(OperationKind::persistedName).orElse("-");
    }
}
