package org.novametal.examples.cli;

import java.util.List;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeRecord;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The nodes on which a command works: those that are named, those that options select, or all. */
final class ChosenNodes {
    @Parameters(paramLabel = "NODE", arity = "0..*", description = NodeCommand.NODES)
    private List<String> names = List.of();

    @Option(names = "--all", description = "all nodes")
    private boolean all;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private NodeSelection selection;

    /** Whether the user names or selects nodes. */
    boolean isGiven() {
        return !names.isEmpty() || all || selection.isGiven();
    }

    /**
     * The named nodes in the order given or, without names, those that the options select, sorted by name.
     *
     * @throws WrongUsage when neither names nor options are given, or both, or a name is unknown
     */
    List<NodeRecord> of(Enrolment enrolment) {
        return selection.select(enrolment, names, all);
    }
}
