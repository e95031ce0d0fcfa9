package org.novametal.examples.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.NodeOperations;
import org.novametal.baremetal.NodeOperations.Request;
import org.novametal.baremetal.NodeOperations.WithoutHost;
import org.novametal.baremetal.operation.NodeVerb;
import org.novametal.baremetal.operation.NodeVerb.Parameter;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.Secret;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Spec;

/**
 * {@code nova-metal node VERB}: requests what a verb does on each of some nodes, and can wait for the ends. The verb's
 * parameters are options: underscores become hyphens, and a secret is given as {@code @FILE}.
 */
final class VerbCommand implements Callable<Integer> {
    private final NodeVerb verb;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private NodeRequests requests;

    /** Describes the node where the user names none; absent for the verbs that choose no node. */
    private final @Nullable NodeDemand demand;

    private VerbCommand(NodeVerb verb) {
        this.verb = verb;
        this.demand = verb == NodeVerb.DEPLOY ? new NodeDemand() : null;
    }

    /** The command for a verb. */
    static CommandSpec command(NodeVerb verb) {
        VerbCommand object = new VerbCommand(verb);
        CommandSpec command = CommandSpec.forAnnotatedObject(object);
        if (object.demand != null) {
            // A resource class and traits are demanded here, and select no nodes.
            for (String option : List.of(NodeDemand.RESOURCE_CLASS, NodeDemand.TRAIT)) {
                Optional.ofNullable(command.findOption(option)).ifPresent(command::remove);
            }
            command.addMixin("demand", CommandSpec.forAnnotatedObject(object.demand));
        }
        for (Parameter parameter : verb.parameters()) {
            String option = option(parameter);
            // What the verb needs comes before a way to select nodes.
            Optional.ofNullable(command.findOption(option)).ifPresent(command::remove);
            command.addOption(OptionSpec.builder(option)
                    .paramLabel(
                            parameter.need() == Parameter.Need.SECRET
                                    ? "@FILE"
                                    : parameter.name().toUpperCase(Locale.ROOT))
                    .required(parameter.need() != Parameter.Need.OPTIONAL)
                    .type(String.class)
                    .description(parameter.help())
                    .build());
        }
        return command;
    }

    /** The description of a verb's command, with an example. */
    static String[] description(NodeVerb verb) {
        String states = verb.legalIn().stream()
                .map(ProvisionState::persistedName)
                .sorted()
                .collect(Collectors.joining(", "));
        return new String[] {
            help(verb),
            "Allowed while a node is " + states + ".",
            "Example: nova-metal node " + verb.verb() + " node-7" + example(verb)
                    + " --config-file nova.conf --wait 600"
        };
    }

    private static String help(NodeVerb verb) {
        return switch (verb) {
            case MANAGE ->
                "Verifies new nodes, or takes nodes back from where they are, so that operators can work on them.";
            case PROVIDE -> "Cleans manageable nodes, which are then available.";
            case CLEAN ->
                "Cleans manageable nodes, which stay manageable, or cleans nodes again whose cleaning failed.";
            case INSPECT -> "Reads what hardware manageable nodes have.";
            case ADOPT -> "Makes the running machine of a manageable node an instance; nothing is switched or written.";
            case DEPLOY ->
                "Deploys an instance on available nodes, or again after that failed. Without a node's name, on the smallest"
                        + " available node that has what --memory-mb, --cpus, --local-gb, --arch, --resource-class and"
                        + " --trait demand; says why it was chosen, or why each node was refused.";
            case REBUILD -> "Writes an image again for the instances that hold the nodes.";
            case UNDEPLOY -> "Removes the instances from nodes, and ends first what works on the nodes.";
            case RESCUE -> "Boots a rescue system in place of the instances.";
            case UNRESCUE -> "Boots the instances again in place of the rescue system.";
            case ABORT -> "Cancels what works on nodes; it is undone.";
            case UNDO -> "Undoes failed deployments and rebuilds that were kept for a look.";
        };
    }

    private static String example(NodeVerb verb) {
        return switch (verb) {
            case ADOPT -> " --instance 5a4e2a80-3d4c-4c1f-9f0e-2f1f7a1e5b11 --instance-name web-1 --image debian-12";
            case DEPLOY, REBUILD -> " --image http://images.example/debian-12.qcow2";
            case RESCUE -> " --rescue-password @rescue-password";
            case MANAGE, PROVIDE, CLEAN, INSPECT, UNDEPLOY, UNRESCUE, ABORT, UNDO -> "";
        };
    }

    private static String option(Parameter parameter) {
        return "--" + parameter.name().replace('_', '-');
    }

    private NodeRequests.Wanted wanted() {
        return switch (verb) {
            case ABORT, UNDEPLOY -> NodeRequests.Wanted.END;
            case UNDO -> NodeRequests.Wanted.UNDONE;
            case MANAGE, PROVIDE, CLEAN, INSPECT, ADOPT, DEPLOY, REBUILD, RESCUE, UNRESCUE ->
                NodeRequests.Wanted.SUCCESS;
        };
    }

    /** A request of the verb with its parameters. */
    private record Ask(NodeVerb verb, Map<String, String> values, Map<String, Secret> secrets)
            implements NodeRequests.Ask {
        Ask {
            values = Map.copyOf(values);
            secrets = Map.copyOf(secrets);
        }

        private Request request(NodeName node, WithoutHost withoutHost) {
            return new Request(node, verb, values, secrets, NodeRequests.user(), withoutHost);
        }

        @Override
        public OperationRecord of(NodeOperations operations, NodeName node, WithoutHost withoutHost) {
            return operations.request(request(node, withoutHost));
        }

        @Override
        public void check(NodeOperations operations, NodeName node, WithoutHost withoutHost) {
            operations.check(request(node, withoutHost));
        }
    }

    @Override
    public Integer call() {
        Map<String, String> values = new LinkedHashMap<>();
        Map<String, Secret> secret = new LinkedHashMap<>();
        Secrets secrets = Secrets.warningOn(spec);
        for (Parameter parameter : verb.parameters()) {
            String value =
                    spec.commandLine().getParseResult().<@Nullable String>matchedOptionValue(option(parameter), null);
            if (value != null && parameter.need() == Parameter.Need.SECRET) {
                secret.put(parameter.name(), Secret.of(secrets.read(option(parameter), value)));
            } else if (value != null) {
                values.put(parameter.name(), value);
            }
        }
        NodeRequests.Ask ask = new Ask(verb, values, secret);
        if (demand == null) {
            return requests.run(spec, wanted(), ask);
        }
        boolean isDemanded = demand.isGiven();
        if (isDemanded && requests.areNodesGiven()) {
            throw new WrongUsage(demand.options() + " describe a node that is chosen; do not name or select nodes too");
        }
        return isDemanded || !requests.areNodesGiven()
                ? requests.runOnOne(
                        spec,
                        inventory -> demand.choose(
                                inventory, values, spec.commandLine().getErr()),
                        ask)
                : requests.run(spec, wanted(), ask);
    }
}
