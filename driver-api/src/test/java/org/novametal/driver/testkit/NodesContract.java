package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NodeName;

/** Tests of the nodes that a driver lists, and of its reports that a node is deleted. */
abstract class NodesContract extends DriverContract {
    NodesContract(Fixtures fixtures) {
        super(fixtures);
    }

    // nova/virt/driver.py#get_available_nodes: "Returns nodenames of all nodes managed by the compute service."
    @ParameterizedTest
    @EnumSource
    void freeNodesAreListed(Freshness freshness) {
        assertThat(driver.getAvailableNodes(freshness)).containsExactlyInAnyOrderElementsOf(fixture.nodes());
    }

    // nova/virt/driver.py#get_available_nodes: "all nodes managed", also those with an instance: a node that is missing
    // here loses its compute node and its provider in nova/compute/manager.py#update_available_resource.
    @ParameterizedTest
    @EnumSource
    void nodesInUseStayListed(Freshness freshness) throws Exception {
        Instance instance = spawnedOn(node(0));

        assertThat(driver.getAvailableNodes(freshness)).containsExactlyInAnyOrderElementsOf(fixture.nodes());
        assertThat(driver.nodeIsAvailable(node(0))).isTrue();
        assertRunsOn(node(0), instance);
    }

    // nova/virt/driver.py#get_nodenames_by_uuid: "Returns a dict of {uuid: nodename} for all managed nodes."
    @ParameterizedTest
    @EnumSource
    void uuidsNameTheSameNodes(Freshness freshness) throws Exception {
        spawnedOn(node(0));
        Map<UUID, NodeName> expected = new HashMap<>();
        for (NodeName node : fixture.nodes()) {
            expected.put(driver.getAvailableResource(node).uuid(), node);
        }

        assertThat(expected).as("each node has its own UUID").hasSameSizeAs(fixture.nodes());
        assertThat(driver.getNodenamesByUuid(freshness)).isEqualTo(expected);
    }

    // nova/virt/driver.py#node_is_available: "Return whether this compute service manages a particular node."
    @Test
    void nodeIsAvailableAnswersForKnownAndUnknownNodes() {
        assertThat(driver.nodeIsAvailable(node(1))).isTrue();
        assertThat(driver.nodeIsAvailable(new NodeName("no-such-node"))).isFalse();
    }

    // nova/virt/driver.py#is_node_deleted: "True if the node is safe to delete".
    @Test
    void noKnownNodeIsDeletedFreeOrInUse() throws Exception {
        spawnedOn(node(0));

        assertThat(driver.isNodeDeleted(node(0))).isFalse();
        assertThat(driver.isNodeDeleted(node(1))).isFalse();
    }

    // nova/virt/driver.py#is_node_deleted: "we need to know if the node has actually been deleted, or if it is simply
    // no longer managed by this nova-compute service".
    @Test
    void aNodeTakenAwayIsDeletedAndNoLongerListed() throws Exception {
        NodeName gone = node(2);
        fixture.removeNode(gone);

        assertThat(driver.getAvailableNodes(Freshness.LIVE))
                .contains(node(0), node(1))
                .doesNotContain(gone);
        assertThat(driver.getNodenamesByUuid(Freshness.LIVE)).doesNotContainValue(gone);
        assertThat(driver.isNodeDeleted(gone)).isTrue();
        assertFailsWith(ErrorCode.NODE_NOT_FOUND, () -> driver.getAvailableResource(gone));
    }

    // nova/virt/driver.py#list_instances: "the names of all the instances known to the virtualization layer";
    // #list_instance_uuids, #get_num_instances, #instance_exists: the same instances.
    @Test
    void allFourWaysToCountInstancesAgree() throws Exception {
        Instance first = spawnedOn(node(0));
        Instance second = spawnedOn(node(1));
        Instance never = newInstanceOn(node(2));

        assertThat(driver.listInstanceUuids()).containsExactlyInAnyOrder(first.id(), second.id());
        assertThat(driver.listInstances()).containsExactlyInAnyOrder(first.name(), second.name());
        assertThat(driver.getNumInstances()).isEqualTo(2);
        assertThat(driver.instanceExists(first)).isTrue();
        assertThat(driver.instanceExists(second)).isTrue();
        assertThat(driver.instanceExists(never)).isFalse();
    }
}
