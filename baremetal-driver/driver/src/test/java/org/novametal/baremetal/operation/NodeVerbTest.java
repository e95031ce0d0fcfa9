package org.novametal.baremetal.operation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.novametal.baremetal.operation.NodeVerb.Effect;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;

class NodeVerbTest {
    /** Verb, who holds the node, and the states in which it is legal with the kind that begins there. */
    private static final List<String> VERBS = List.of(
            "manage ANY: enroll verify, inspect failed manage, adopt failed manage, available manage, clean failed manage",
            "provide NONE: manageable provide",
            "clean NONE: manageable manual-clean, clean failed clean",
            "inspect NONE: manageable inspect, inspect failed inspect",
            "adopt NAMED: manageable adopt, adopt failed adopt",
            "deploy NAMED: available deploy, deploy failed deploy",
            "rebuild PRESENT: active rebuild, deploy failed rebuild, error rebuild",
            "undeploy PRESENT: verifying -, inspecting -, inspect wait -, adopting -, adopt failed delete, deploying -,"
                    + " wait call-back -, active delete, deploy failed delete, deleting -, cleaning -, clean wait -, error"
                    + " delete, rescuing -, rescue wait -, rescue delete, rescue failed delete, unrescuing -, unrescue failed"
                    + " delete",
            "rescue PRESENT: active rescue, rescue rescue, rescue failed rescue, unrescue failed rescue",
            "unrescue PRESENT: rescue unrescue, rescue failed unrescue, unrescue failed unrescue",
            "abort ANY: verifying -, inspecting -, inspect wait -, adopting -, deploying -, wait call-back -, deleting -,"
                    + " cleaning -, clean wait -, rescuing -, rescue wait -, unrescuing -",
            "undo PRESENT: deploy failed -");

    @Test
    void everyVerbIsLegalWhereTheTableAllowsIt() {
        assertThat(Arrays.stream(NodeVerb.values()).map(NodeVerbTest::text)).containsExactlyElementsOf(VERBS);
    }

    private static String text(NodeVerb verb) {
        return verb.verb() + " " + verb.holder() + ": "
                + verb.legalIn().stream()
                        .map(state -> state.persistedName() + " "
                                + verb.kindIn(state, Optional.empty())
                                        .map(OperationKind::persistedName)
                                        .orElse("-"))
                        .collect(Collectors.joining(", "));
    }

    @Test
    void aFailedStateIsRetriedByTheKindThatFailed() {
        assertThat(NodeVerb.CLEAN.kindIn(ProvisionState.CLEAN_FAILED, Optional.of(OperationKind.MANUAL_CLEAN)))
                .contains(OperationKind.MANUAL_CLEAN);
        for (OperationKind automated : List.of(OperationKind.CLEAN, OperationKind.PROVIDE)) {
            assertThat(NodeVerb.CLEAN.kindIn(ProvisionState.CLEAN_FAILED, Optional.of(automated)))
                    .contains(OperationKind.CLEAN);
        }
        assertThat(NodeVerb.CLEAN.kindIn(ProvisionState.MANAGEABLE, Optional.of(OperationKind.CLEAN)))
                .contains(OperationKind.MANUAL_CLEAN);
    }

    @Test
    void undeployEndsWhatWorksOnTheNode() {
        Optional<UUID> operation = Optional.of(new UUID(1, 2));
        assertThat(NodeVerb.UNDEPLOY.effect(ProvisionState.ACTIVE, Optional.empty()))
                .isEqualTo(Effect.BEGIN);
        assertThat(NodeVerb.UNDEPLOY.effect(ProvisionState.RESCUING, operation)).isEqualTo(Effect.CANCEL_THEN_DELETE);
        assertThat(NodeVerb.UNDEPLOY.effect(ProvisionState.DEPLOY_FAILED, operation))
                .isEqualTo(Effect.CANCEL_THEN_DELETE);
        assertThat(NodeVerb.UNDEPLOY.effect(ProvisionState.CLEANING, operation)).isEqualTo(Effect.CANCEL);
        assertThat(NodeVerb.ABORT.effect(ProvisionState.CLEANING, operation)).isEqualTo(Effect.CANCEL);
        assertThat(NodeVerb.UNDO.effect(ProvisionState.DEPLOY_FAILED, operation))
                .isEqualTo(Effect.CANCEL);
    }

    @Test
    void aRefusalSaysWhereTheVerbIsAllowedAndWhichMarkForbidsIt() {
        assertThat(NodeVerb.PROVIDE.refusal(ProvisionState.ACTIVE, NodeMarks.NONE))
                .contains("the node is active; the verb provide is allowed in manageable");
        NodeMarks marks =
                new NodeMarks(Optional.empty(), Optional.empty(), Optional.of("too old"), Optional.of("payroll"));
        assertThat(NodeVerb.PROVIDE.refusal(ProvisionState.MANAGEABLE, marks).orElseThrow())
                .contains("retired (too old)");
        assertThat(NodeVerb.UNDEPLOY.refusal(ProvisionState.ACTIVE, marks).orElseThrow())
                .contains("protected (payroll)");
        assertThat(NodeVerb.RESCUE.refusal(ProvisionState.ACTIVE, marks)).isEmpty();
    }

    @Test
    void namesComeBack() {
        for (NodeVerb verb : NodeVerb.values()) {
            assertThat(NodeVerb.ofName(verb.verb())).contains(verb);
        }
        assertThat(NodeVerb.ofName("explode")).isEmpty();
    }
}
