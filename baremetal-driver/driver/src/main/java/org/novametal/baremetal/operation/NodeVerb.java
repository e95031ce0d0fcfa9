package org.novametal.baremetal.operation;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionEvent;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.baremetal.state.ProvisionTable;

/**
 * The verbs by which operators change the provision state of a node, with Ironic's names. In which states a verb is legal
 * follows from {@link ProvisionTable} and {@link OperationRules}; no other code maps verbs to operations.
 */
public enum NodeVerb {
    /** Verifies a new node, or takes a node back from where it is, so that an operator can work on it. */
    MANAGE("manage", Holder.ANY),
    /** Cleans a manageable node, which is then free. */
    PROVIDE("provide", Holder.NONE),
    /** Cleans a manageable node, which stays manageable; or cleans a node again whose cleaning failed. */
    CLEAN("clean", Holder.NONE),
    /** Reads what hardware a manageable node has. */
    INSPECT("inspect", Holder.NONE),
    /** Makes the running machine of a manageable node an instance. */
    ADOPT("adopt", Holder.NAMED),
    /** Deploys an instance on a free node, or again after that failed. */
    DEPLOY("deploy", Holder.NAMED),
    /** Writes an image again for the instance that holds the node. */
    REBUILD("rebuild", Holder.PRESENT),
    /** Removes the instance from its node, and ends what works on the node before. */
    UNDEPLOY("undeploy", Holder.PRESENT),
    /** Boots a rescue system in place of the instance. */
    RESCUE("rescue", Holder.PRESENT),
    /** Boots the instance again in place of the rescue system. */
    UNRESCUE("unrescue", Holder.PRESENT),
    /** Cancels what works on the node; it is undone. */
    ABORT("abort", Holder.ANY),
    /** Undoes a failed deployment or rebuild that was kept for a look. */
    UNDO("undo", Holder.PRESENT);

    /** The parameter that names an instance. */
    public static final String INSTANCE = "instance";

    /** The parameter that is an instance's name. */
    public static final String INSTANCE_NAME = "instance_name";

    /** The parameter that names an image. */
    public static final String IMAGE = "image";

    /** The parameter that is the checksum of an image. */
    public static final String CHECKSUM = "checksum";

    /** The parameter that says what happens to a failed deployment. */
    public static final String ON_FAILURE = "on_failure";

    /** Whether an instance must hold the node. */
    public enum Holder {
        /** None may. */
        NONE,
        /** One must. */
        PRESENT,
        /** The request names the instance, which gets the node or has it. */
        NAMED,
        /** One may. */
        ANY
    }

    /** How a verb takes effect. */
    public enum Effect {
        /** An operation of the kind {@link NodeVerb#kindIn} begins. */
        BEGIN,
        /** The operation on the node is cancelled. */
        CANCEL,
        /** The operation on the node is cancelled, and then the instance is deleted. */
        CANCEL_THEN_DELETE
    }

    /**
     * A value that a request gives.
     *
     * @param name its name
     * @param need whether it must be given
     * @param help its meaning
     */
    public record Parameter(String name, Need need, String help) {
        /** Whether a value must be given. */
        public enum Need {
            /** It must be given. */
            REQUIRED,
            /** It may be left out. */
            OPTIONAL,
            /** It must be given as a secret of the operation. */
            SECRET
        }

        private static Parameter required(String name, String help) {
            return new Parameter(name, Need.REQUIRED, help);
        }

        private static Parameter optional(String name, String help) {
            return new Parameter(name, Need.OPTIONAL, help);
        }

        private static Parameter secret(String name, String help) {
            return new Parameter(name, Need.SECRET, help);
        }
    }

    private final String verb;
    private final Holder holder;

    NodeVerb(String verb, Holder holder) {
        this.verb = verb;
        this.holder = holder;
    }

    /** The verb's name. */
    public String verb() {
        return verb;
    }

    /** The verb with this name; empty if there is none. */
    public static Optional<NodeVerb> ofName(String name) {
        return Arrays.stream(values()).filter(verb -> verb.verb.equals(name)).findFirst();
    }

    /** Whether an instance must hold the node. */
    public Holder holder() {
        return holder;
    }

    /** The values that a request gives. */
    public List<Parameter> parameters() {
        return switch (this) {
            case CLEAN ->
                List.of(Parameter.optional(
                        "erase_devices", "metadata or full; if absent, what the option erase_devices says"));
            case INSPECT ->
                List.of(Parameter.optional("overwrite", "yes: what is found replaces the values of the node"));
            case ADOPT ->
                List.of(
                        Parameter.required(INSTANCE, "the UUID of the instance"),
                        Parameter.required(INSTANCE_NAME, "the name of the instance"),
                        Parameter.required(IMAGE, "the id of the image that is on the disk"));
            case DEPLOY ->
                List.of(
                        Parameter.required(IMAGE, "the URL of the image"),
                        Parameter.optional(CHECKSUM, "the SHA-256 or SHA-512 of the image file, in hexadecimal digits"),
                        Parameter.optional(INSTANCE, "the UUID of the instance; if absent, a new one"),
                        Parameter.optional(INSTANCE_NAME, "the name of the instance; if absent, the node's"),
                        Parameter.optional(ON_FAILURE, "undo or keep; if absent, what the option deploy_failed says"));
            case REBUILD ->
                List.of(
                        Parameter.required(IMAGE, "the URL of the image"),
                        Parameter.optional(CHECKSUM, "the SHA-256 or SHA-512 of the image file, in hexadecimal digits"),
                        Parameter.optional(ON_FAILURE, "undo or keep; if absent, what the option deploy_failed says"));
            case RESCUE -> List.of(Parameter.secret(RescueInput.PASSWORD, "the password of the rescue system's user"));
            case MANAGE, PROVIDE, UNDEPLOY, UNRESCUE, ABORT, UNDO -> List.of();
        };
    }

    /** The kinds of operation that the verb begins, the one after a failure last. */
    private List<OperationKind> kinds() {
        return switch (this) {
            case MANAGE -> List.of(OperationKind.VERIFY, OperationKind.MANAGE);
            case PROVIDE -> List.of(OperationKind.PROVIDE);
            case CLEAN -> List.of(OperationKind.MANUAL_CLEAN, OperationKind.CLEAN);
            case INSPECT -> List.of(OperationKind.INSPECT);
            case ADOPT -> List.of(OperationKind.ADOPT);
            case DEPLOY -> List.of(OperationKind.DEPLOY);
            case REBUILD -> List.of(OperationKind.REBUILD);
            case UNDEPLOY -> List.of(OperationKind.DELETE);
            case RESCUE -> List.of(OperationKind.RESCUE);
            case UNRESCUE -> List.of(OperationKind.UNRESCUE);
            case ABORT, UNDO -> List.of();
        };
    }

    /** The states in which the verb is legal. */
    public Set<ProvisionState> legalIn() {
        Set<ProvisionState> legal = EnumSet.noneOf(ProvisionState.class);
        for (ProvisionState state : ProvisionState.values()) {
            boolean isLegal = switch (this) {
                case ABORT -> isLegal(state, ProvisionEvent.ABORT);
                case UNDEPLOY -> isLegal(state, ProvisionEvent.DELETE);
                case UNDO -> isLegal(state, ProvisionEvent.RESTORE);
                case MANAGE, PROVIDE, CLEAN, INSPECT, ADOPT, DEPLOY, REBUILD, RESCUE, UNRESCUE ->
                    kindIn(state, Optional.empty()).isPresent();
            };
            if (isLegal) {
                legal.add(state);
            }
        }
        return legal;
    }

    private static boolean isLegal(ProvisionState state, ProvisionEvent event) {
        return ProvisionTable.next(state, event).isPresent();
    }

    /**
     * The kind of operation that the verb begins in a state; empty where it begins none. In a failed state it is the kind that
     * failed, if the verb can begin that, so that a retry ends where the failed operation would have ended.
     *
     * @param newest the kind of the newest operation on the node
     */
    public Optional<OperationKind> kindIn(ProvisionState state, Optional<OperationKind> newest) {
        if (state.isWorking() || (holder == Holder.NONE && state.isHeld())) {
            return Optional.empty();
        }
        List<OperationKind> possible = kinds().stream()
                .filter(kind -> OperationRules.ALL
                        .find(kind)
                        .filter(rule -> rule.beginsIn().contains(state))
                        .isPresent())
                .toList();
        if (possible.isEmpty()) {
            return Optional.empty();
        }
        return state.isFailed()
                ? newest.filter(possible::contains).or(() -> Optional.of(possible.getLast()))
                : Optional.of(possible.getFirst());
    }

    /**
     * How the verb takes effect on a node.
     *
     * @param operation the unfinished operation on the node
     */
    public Effect effect(ProvisionState state, Optional<UUID> operation) {
        return switch (this) {
            case ABORT, UNDO -> Effect.CANCEL;
            case UNDEPLOY -> {
                if (operation.isEmpty()) {
                    yield Effect.BEGIN;
                }
                yield state.isHeld() ? Effect.CANCEL_THEN_DELETE : Effect.CANCEL;
            }
            case MANAGE, PROVIDE, CLEAN, INSPECT, ADOPT, DEPLOY, REBUILD, RESCUE, UNRESCUE -> Effect.BEGIN;
        };
    }

    /** Why the verb is refused for a node in this state with these marks, for people; empty if it is legal. */
    public Optional<String> refusal(ProvisionState state, NodeMarks marks) {
        Set<ProvisionState> legal = legalIn();
        if (!legal.contains(state)) {
            return Optional.of("the node is " + state.persistedName() + "; the verb " + verb + " is allowed in "
                    + String.join(
                            ", ",
                            legal.stream().map(ProvisionState::persistedName).toList()));
        }
        return switch (this) {
            case PROVIDE ->
                marks.retired()
                        .map(why -> "the node is retired (" + why + "); end its retirement before it is provided");
            case UNDEPLOY, REBUILD, DEPLOY ->
                marks.protection().map(why -> "the node is protected (" + why + "); end its protection first");
            case MANAGE, CLEAN, INSPECT, ADOPT, RESCUE, UNRESCUE, ABORT, UNDO -> Optional.empty();
        };
    }
}
