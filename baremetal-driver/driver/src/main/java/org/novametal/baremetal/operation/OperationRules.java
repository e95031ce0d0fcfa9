package org.novametal.baremetal.operation;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.novametal.baremetal.operation.OperationRule.Ending;
import org.novametal.baremetal.operation.OperationRule.Use;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.driver.error.ErrorCode;

/**
 * The rules for all kinds of operation, one {@link OperationRule} per kind. No other code decides from an operation's kind what
 * happens to a node; only the code that translates spawn, rebuild and destroy for a compute service names kinds.
 */
public final class OperationRules {
    private static final OperationRule DEPLOY = new OperationRule(
            OperationKind.DEPLOY,
            ProvisionEvent.DEPLOY,
            Optional.of(ProvisionEvent.DELETE),
            Set.of(Use.RAMDISK, Use.IMAGE),
            OperationRule.everyEnd(end -> switch (end) {
                case DONE -> Ending.of(ProvisionEvent.DONE, InstanceFate.STAYS);
                case UNTOUCHED, TOUCHED -> Ending.of(ProvisionEvent.RELEASE, InstanceFate.LEAVES);
                case WRITTEN -> Ending.cleaned();
                case NOT_UNDONE -> Ending.unchanged(InstanceFate.STAYS);
                case CANCEL_NOT_UNDONE -> Ending.of(ProvisionEvent.FAIL, InstanceFate.STAYS);
            }),
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
            Optional.of(ProvisionEvent.FAIL),
            Set.of(Use.RAMDISK, Use.IMAGE),
            OperationRule.everyEnd(end -> switch (end) {
                case DONE -> Ending.of(ProvisionEvent.DONE, InstanceFate.STAYS);
                case UNTOUCHED -> Ending.of(ProvisionEvent.RESTORE, InstanceFate.STAYS);
                case TOUCHED, WRITTEN, NOT_UNDONE, CANCEL_NOT_UNDONE -> Ending.unchanged(InstanceFate.STAYS);
            }),
            OperationRule.everyCause(cause -> switch (cause) {
                case IMAGE -> ErrorCode.IMAGE_UNACCEPTABLE;
                case NETWORK -> ErrorCode.VIF_PLUG_FAILED;
                case CANCEL -> ErrorCode.CANCELLED;
                case BMC, RAMDISK, IMAGE_SOURCE, CONFIG, TIMEOUT, OTHER -> ErrorCode.REBUILD_FAILED;
            }));

    private static final OperationRule DELETE = new OperationRule(
            OperationKind.DELETE,
            ProvisionEvent.DELETE,
            Optional.empty(),
            Set.of(),
            OperationRule.everyEnd(end -> switch (end) {
                case DONE -> Ending.cleaned();
                case UNTOUCHED, TOUCHED, WRITTEN, NOT_UNDONE, CANCEL_NOT_UNDONE -> Ending.unchanged(InstanceFate.STAYS);
            }),
            OperationRule.everyCause(_ -> ErrorCode.DESTROY_FAILED));

    private static final OperationRule CLEAN = new OperationRule(
            OperationKind.CLEAN,
            ProvisionEvent.CLEAN,
            Optional.empty(),
            Set.of(Use.RAMDISK),
            OperationRule.everyEnd(end -> switch (end) {
                case DONE -> Ending.of(ProvisionEvent.DONE, InstanceFate.LEAVES);
                case UNTOUCHED, TOUCHED, WRITTEN, NOT_UNDONE, CANCEL_NOT_UNDONE ->
                    Ending.unchanged(InstanceFate.LEAVES);
            }),
            OperationRule.everyCause(_ -> ErrorCode.DEPLOY_FAILED));

    /** The rules for this program's kinds of operation. */
    public static final OperationRules ALL = new OperationRules(List.of(DEPLOY, REBUILD, DELETE, CLEAN));

    private final Map<OperationKind, OperationRule> rows;

    private OperationRules(List<OperationRule> rows) {
        this.rows = rows.stream().collect(Collectors.toUnmodifiableMap(OperationRule::kind, Function.identity()));
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
