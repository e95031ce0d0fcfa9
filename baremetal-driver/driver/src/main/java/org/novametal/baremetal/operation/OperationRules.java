package org.novametal.baremetal.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.novametal.baremetal.operation.OperationRule.End;
import org.novametal.baremetal.operation.OperationRule.Ending;
import org.novametal.baremetal.operation.OperationRule.Use;
import org.novametal.baremetal.state.NodeFault;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.error.ErrorCode;

/**
 * The rules for all kinds of operation, one {@link OperationRule} per kind. No other code decides from an operation's kind what
 * happens to a node; only the code that translates spawn, rebuild and destroy for a compute service names kinds.
 */
public final class OperationRules {
    private static final OperationRule DEPLOY = new OperationRule(
            OperationKind.DEPLOY,
            ProvisionEvent.DEPLOY,
            ProvisionState.DEPLOYING,
            Optional.of(ProvisionEvent.DELETE),
            Set.of(Use.RAMDISK, Use.IMAGE),
            OperationRule.everyEnd(end -> switch (end) {
                case DONE -> Ending.of(ProvisionEvent.DONE, InstanceFate.STAYS);
                case UNTOUCHED, TOUCHED -> Ending.of(ProvisionEvent.RELEASE, InstanceFate.LEAVES);
                case WRITTEN -> Ending.cleaned();
                case NOT_UNDONE -> Ending.unchanged(InstanceFate.STAYS);
                case CANCEL_NOT_UNDONE -> Ending.of(ProvisionEvent.FAIL, InstanceFate.STAYS);
            }),
            Optional.empty(),
            Optional.of(OperationQueue.DEPLOYMENTS),
            OperationRule.everyCause(cause -> switch (cause) {
                case IMAGE -> ErrorCode.IMAGE_UNACCEPTABLE;
                case NETWORK -> ErrorCode.VIF_PLUG_FAILED;
                case CONFIG -> ErrorCode.NODE_INVALID;
                case CANCEL -> ErrorCode.CANCELLED;
                case BMC, RAMDISK, IMAGE_SOURCE, TIMEOUT, OTHER -> ErrorCode.DEPLOY_FAILED;
            }));

    private static final OperationRule REBUILD = new OperationRule(
            OperationKind.REBUILD,
            ProvisionEvent.REBUILD,
            ProvisionState.DEPLOYING,
            Optional.of(ProvisionEvent.ABORT),
            Set.of(Use.RAMDISK, Use.IMAGE),
            OperationRule.everyEnd(end -> switch (end) {
                case DONE -> Ending.of(ProvisionEvent.DONE, InstanceFate.STAYS);
                case UNTOUCHED -> Ending.of(ProvisionEvent.RESTORE, InstanceFate.STAYS);
                case TOUCHED, WRITTEN, NOT_UNDONE, CANCEL_NOT_UNDONE -> Ending.unchanged(InstanceFate.STAYS);
            }),
            Optional.empty(),
            Optional.of(OperationQueue.DEPLOYMENTS),
            OperationRule.everyCause(cause -> switch (cause) {
                case IMAGE -> ErrorCode.IMAGE_UNACCEPTABLE;
                case NETWORK -> ErrorCode.VIF_PLUG_FAILED;
                case CANCEL -> ErrorCode.CANCELLED;
                case BMC, RAMDISK, IMAGE_SOURCE, CONFIG, TIMEOUT, OTHER -> ErrorCode.REBUILD_FAILED;
            }));

    private static final OperationRule DELETE = new OperationRule(
            OperationKind.DELETE,
            ProvisionEvent.DELETE,
            ProvisionState.DELETING,
            Optional.of(ProvisionEvent.ABORT),
            Set.of(),
            doneOr(Ending.cleaned(), Ending.unchanged(InstanceFate.STAYS)),
            Optional.empty(),
            cancelledOr(ErrorCode.DESTROY_FAILED));

    private static final OperationRule CLEAN =
            cleaning(OperationKind.CLEAN, ProvisionEvent.CLEAN, Ending.of(ProvisionEvent.DONE, InstanceFate.LEAVES));

    private static final OperationRule MANUAL_CLEAN = cleaning(
            OperationKind.MANUAL_CLEAN, ProvisionEvent.CLEAN, Ending.of(ProvisionEvent.MANAGE, InstanceFate.LEAVES));

    private static final OperationRule PROVIDE = cleaning(
            OperationKind.PROVIDE, ProvisionEvent.PROVIDE, Ending.of(ProvisionEvent.DONE, InstanceFate.LEAVES));

    private static final OperationRule VERIFY =
            verification(OperationKind.VERIFY, Ending.of(ProvisionEvent.DONE, InstanceFate.LEAVES));

    private static final OperationRule ENROLL = verification(OperationKind.ENROLL, Ending.provided());

    private static final OperationRule INSPECT = new OperationRule(
            OperationKind.INSPECT,
            ProvisionEvent.INSPECT,
            ProvisionState.INSPECTING,
            Optional.of(ProvisionEvent.ABORT),
            Set.of(Use.RAMDISK),
            doneOr(Ending.of(ProvisionEvent.DONE, InstanceFate.LEAVES), Ending.unchanged(InstanceFate.LEAVES)),
            Optional.empty(),
            cancelledOr(ErrorCode.NODE_INVALID));

    private static final OperationRule ADOPT = new OperationRule(
            OperationKind.ADOPT,
            ProvisionEvent.ADOPT,
            ProvisionState.ADOPTING,
            Optional.of(ProvisionEvent.ABORT),
            Set.of(),
            doneOr(Ending.of(ProvisionEvent.DONE, InstanceFate.STAYS), Ending.unchanged(InstanceFate.STAYS)),
            Optional.empty(),
            cancelledOr(ErrorCode.NODE_INVALID));

    private static final OperationRule RESCUE = new OperationRule(
            OperationKind.RESCUE,
            ProvisionEvent.RESCUE,
            ProvisionState.RESCUING,
            Optional.of(ProvisionEvent.ABORT),
            Set.of(Use.RAMDISK),
            doneOr(Ending.of(ProvisionEvent.DONE, InstanceFate.STAYS), Ending.unchanged(InstanceFate.STAYS)),
            Optional.of(NodeFault.RESCUE),
            OperationRule.everyCause(_ -> ErrorCode.RESCUE_FAILED));

    private static final OperationRule UNRESCUE = new OperationRule(
            OperationKind.UNRESCUE,
            ProvisionEvent.UNRESCUE,
            ProvisionState.UNRESCUING,
            Optional.of(ProvisionEvent.ABORT),
            Set.of(),
            doneOr(Ending.of(ProvisionEvent.DONE, InstanceFate.STAYS), Ending.unchanged(InstanceFate.STAYS)),
            Optional.of(NodeFault.RESCUE),
            OperationRule.everyCause(_ -> ErrorCode.UNRESCUE_FAILED));

    private static final OperationRule MANAGE = new OperationRule(
            OperationKind.MANAGE,
            ProvisionEvent.MANAGE,
            ProvisionState.MANAGEABLE,
            Optional.empty(),
            Set.of(),
            OperationRule.everyEnd(_ -> Ending.unchanged(InstanceFate.LEAVES)),
            Optional.empty(),
            OperationRule.everyCause(_ -> ErrorCode.NODE_INVALID));

    /** The rules for this program's kinds of operation. */
    public static final OperationRules ALL = new OperationRules(List.of(
            DEPLOY,
            REBUILD,
            DELETE,
            CLEAN,
            MANUAL_CLEAN,
            PROVIDE,
            VERIFY,
            ENROLL,
            MANAGE,
            INSPECT,
            ADOPT,
            RESCUE,
            UNRESCUE));

    private final Map<OperationKind, OperationRule> rows;

    private OperationRules(List<OperationRule> rows) {
        this.rows = rows.stream().collect(Collectors.toUnmodifiableMap(OperationRule::kind, Function.identity()));
    }

    private static OperationRule cleaning(OperationKind kind, ProvisionEvent begins, Ending done) {
        return new OperationRule(
                kind,
                begins,
                ProvisionState.CLEANING,
                Optional.of(ProvisionEvent.ABORT),
                Set.of(Use.RAMDISK),
                doneOr(done, Ending.unchanged(InstanceFate.LEAVES)),
                Optional.of(NodeFault.CLEAN),
                Optional.of(OperationQueue.CLEANINGS),
                cancelledOr(ErrorCode.DEPLOY_FAILED));
    }

    private static OperationRule verification(OperationKind kind, Ending done) {
        return new OperationRule(
                kind,
                ProvisionEvent.MANAGE,
                ProvisionState.VERIFYING,
                Optional.of(ProvisionEvent.ABORT),
                Set.of(),
                doneOr(done, Ending.unchanged(InstanceFate.LEAVES)),
                Optional.of(NodeFault.POWER),
                cancelledOr(ErrorCode.NODE_INVALID));
    }

    /** One ending for success, and another for everything else. */
    private static Map<End, Ending> doneOr(Ending done, Ending other) {
        return OperationRule.everyEnd(end -> switch (end) {
            case DONE -> done;
            case UNTOUCHED, TOUCHED, WRITTEN, NOT_UNDONE, CANCEL_NOT_UNDONE -> other;
        });
    }

    /** One code for a cancellation, and another for everything else. */
    private static Map<FailureCause, ErrorCode> cancelledOr(ErrorCode failed) {
        return OperationRule.everyCause(cause -> switch (cause) {
            case CANCEL -> ErrorCode.CANCELLED;
            case BMC, RAMDISK, IMAGE, IMAGE_SOURCE, NETWORK, CONFIG, TIMEOUT, OTHER -> failed;
        });
    }

    /** These rules and the rule for one more kind. */
    public OperationRules with(OperationRule row) {
        List<OperationRule> all = new ArrayList<>(rows.values());
        all.add(row);
        return new OperationRules(all);
    }

    /** All kinds that have a rule. */
    public Set<OperationKind> kinds() {
        return rows.keySet();
    }

    /** The rule for a kind; empty for a kind that this program does not know, such as a kind that a newer program added. */
    public Optional<OperationRule> find(OperationKind kind) {
        return Optional.ofNullable(rows.get(kind));
    }

    /** Whether the operation is unfinished and its rule allows the node to send this kind of request. */
    public boolean allows(OperationRecord operation, Use use) {
        return operation.status().phase() == OperationStatus.Phase.UNFINISHED
                && find(operation.kind()).filter(rule -> rule.uses(use)).isPresent();
    }
}
