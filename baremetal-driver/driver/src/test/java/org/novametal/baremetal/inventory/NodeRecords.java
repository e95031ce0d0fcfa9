package org.novametal.baremetal.inventory;

import java.time.Instant;
import java.util.Optional;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.driver.model.PowerState;

/** Records of nodes that are in no store. */
public final class NodeRecords {
    private NodeRecords() {}

    /** A node that was enrolled and not touched since. */
    public static NodeRecord of(NodeSpec spec, Instant enrolled) {
        return of(spec, enrolled, new Condition(ProvisionState.AVAILABLE));
    }

    /** A node in that condition. */
    public static NodeRecord of(NodeSpec spec, Instant enrolled, Condition condition) {
        return new NodeRecord(
                new NodeRecord.Identity(spec.uuid(), spec.name()),
                NodeRecord.Hardware.of(spec),
                NodeRecord.Access.of(spec),
                new NodeRecord.Provision(
                        condition.state(),
                        condition.instance(),
                        Optional.empty(),
                        condition.marks(),
                        condition.lastError()),
                new NodeRecord.Power(condition.power(), condition.wanted()),
                spec.notes(),
                1,
                enrolled,
                enrolled);
    }

    /** The same node at another version. */
    public static NodeRecord atVersion(NodeRecord node, long version) {
        return new NodeRecord(
                node.identity(),
                node.hardware(),
                node.access(),
                node.provision(),
                node.power(),
                node.notes(),
                version,
                node.createdAt(),
                node.updatedAt());
    }

    /** What changes of a node, without operations. */
    public record Condition(
            ProvisionState state,
            Optional<InstanceOnNode> instance,
            PowerState power,
            WantedPower wanted,
            NodeMarks marks,
            Optional<String> lastError) {
        Condition(ProvisionState state) {
            this(state, PowerState.NOSTATE, WantedPower.NONE);
        }

        /** A node that nobody has and nothing is wrong with. */
        public Condition(ProvisionState state, PowerState power, WantedPower wanted) {
            this(state, Optional.empty(), power, wanted, NodeMarks.NONE, Optional.empty());
        }
    }
}
