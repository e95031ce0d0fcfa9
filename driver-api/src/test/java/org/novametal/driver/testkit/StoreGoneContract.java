package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.error.Disposition;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Freshness;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.placement.ProviderTree;

/**
 * Calls while the store does not answer: they fail with {@code DRIVER_NOT_READY} and never return an empty result.
 *
 * <p>nova/compute/manager.py#update_available_resource takes VirtDriverNotReady as "ask again next time", but deletes
 * the compute nodes and providers of every node that is missing from an answer.
 */
abstract class StoreGoneContract extends DriverContract {
    StoreGoneContract(Fixtures fixtures) {
        super(fixtures);
    }

    /** A method that reads. */
    interface Reading {
        Object read(ComputeDriver driver, NodeName node, Instance instance);
    }

    /**
     * A method that reads, with its name.
     *
     * @param name the method's name, as shown in reports
     * @param reading the call
     */
    record NamedReading(String name, Reading reading) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<NamedReading> readings() {
        return Stream.of(
                new NamedReading("nodeIsAvailable", (driver, node, _) -> driver.nodeIsAvailable(node)),
                new NamedReading("getAvailableResource", (driver, node, _) -> driver.getAvailableResource(node)),
                new NamedReading(
                        "updateProviderTree", (driver, node, _) -> driver.updateProviderTree(tree(node), node)),
                new NamedReading("listInstanceUuids", (driver, _, _) -> driver.listInstanceUuids()),
                new NamedReading("listInstances", (driver, _, _) -> driver.listInstances()),
                new NamedReading("getNumInstances", (driver, _, _) -> driver.getNumInstances()),
                new NamedReading("instanceExists", (driver, _, instance) -> driver.instanceExists(instance)),
                new NamedReading(
                        "getInfo, cached", (driver, _, instance) -> driver.getInfo(instance, Freshness.CACHED)),
                new NamedReading("progress", (driver, _, instance) -> driver.progress(instance.id())),
                new NamedReading("portBindings", (driver, _, instance) -> driver.portBindings(instance)),
                new NamedReading("getInfo, live", (driver, _, instance) -> driver.getInfo(instance, Freshness.LIVE)));
    }

    private static ProviderTree tree(NodeName node) {
        return ProviderTree.empty()
                .with(new ProviderTree.Provider(UUID.randomUUID(), node.value(), Optional.empty(), Map.of(), Set.of()));
    }

    private static void assertNotReady(DriverException failure) {
        assertThat(failure.code()).as(failure.getMessage()).isEqualTo(ErrorCode.DRIVER_NOT_READY);
        assertThat(failure.disposition()).isEqualTo(Disposition.HOST_DOWN);
    }

    // nova/virt/driver.py#get_available_nodes: after an empty list Nova deletes every compute node.
    @ParameterizedTest
    @EnumSource
    void getAvailableNodesIsNotReadyWithoutItsStore(Freshness freshness) throws Exception {
        fixture.breakStore();

        assertNotReady(start("getAvailableNodes", () -> driver.getAvailableNodes(freshness))
                .fails());
    }

    // nova/virt/driver.py#get_nodenames_by_uuid: an empty map has the same effect.
    @ParameterizedTest
    @EnumSource
    void getNodenamesByUuidIsNotReadyWithoutItsStore(Freshness freshness) throws Exception {
        fixture.breakStore();

        assertNotReady(start("getNodenamesByUuid", () -> driver.getNodenamesByUuid(freshness))
                .fails());
    }

    // nova/exception.py#VirtDriverNotReady, from every method that reads.
    @ParameterizedTest
    @MethodSource("readings")
    void everyOtherReadingIsNotReadyWithoutItsStore(NamedReading reading) throws Exception {
        Instance instance = spawnedOn(node(0));
        fixture.breakStore();

        assertNotReady(start(reading.name(), () -> reading.reading().read(driver, node(0), instance))
                .fails());
    }

    // nova/virt/driver.py#is_node_deleted: "True if the node is safe to delete"; it is not safe while the driver cannot
    // read the node.
    @Test
    void noNodeIsDeletedWhileTheStoreIsGone() throws Exception {
        fixture.breakStore();

        start("isNodeDeleted", () -> {
                    try {
                        assertThat(driver.isNodeDeleted(node(0))).isFalse();
                        assertThat(driver.isNodeDeleted(new NodeName("no-such-node")))
                                .isFalse();
                    } catch (DriverException unsure) {
                        assertNotReady(unsure);
                    }
                })
                .succeeds();
    }

    // nova/virt/driver.py#spawn, #destroy: an operation that cannot be stored is not begun, and destroy does not report
    // a success.
    @Test
    void spawnAndDestroyAreNotReadyWithoutTheStore() throws Exception {
        Instance running = spawnedOn(node(0));
        Instance fresh = newInstanceOn(node(1));
        fixture.breakStore();

        assertNotReady(startSpawn(fresh).fails());
        assertNotReady(startDestroy(running).fails());
        assertFailsWith(ErrorCode.DRIVER_NOT_READY, () -> driver.prepareForSpawn(fresh));
        fixture.mendStore();

        assertRunsOn(node(0), running);
        awaitFree(node(1));
    }

    // nova/virt/driver.py#init_host: "Initialize anything that is necessary for the driver to function".
    @Test
    void initHostIsNotReadyWithoutTheStore() throws Exception {
        closeDriver();
        fixture.breakStore();
        makeDriver();

        assertNotReady(
                start("initHost", () -> driver.initHost(fixture.host().host())).fails());
    }

    // nova/compute/manager.py#update_available_resource: VirtDriverNotReady, then "ask again next time".
    @Test
    void theDriverAnswersAgainWhenTheStoreDoes() throws Exception {
        Instance instance = spawnedOn(node(0));
        fixture.breakStore();
        assertFailsWith(ErrorCode.DRIVER_NOT_READY, () -> driver.listInstanceUuids());

        fixture.mendStore();

        Eventually.holds("the driver answers again", fixture.limit(), () -> {
            try {
                return driver.getNodenamesByUuid(Freshness.LIVE).size()
                        == fixture.nodes().size();
            } catch (DriverException notYet) {
                assertNotReady(notYet);
                return false;
            }
        });
        assertRunsOn(node(0), instance);
    }
}
