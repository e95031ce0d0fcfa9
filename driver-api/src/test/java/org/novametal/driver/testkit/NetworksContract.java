package org.novametal.driver.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.Network;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.PortBinding;
import org.novametal.driver.model.SpawnRequest;

/** Tests of the assignment of an instance's interfaces to the ports of its node. */
abstract class NetworksContract extends DriverContract {
    NetworksContract(Fixtures fixtures) {
        super(fixtures);
    }

    // nova/virt/netutils.py#get_network_metadata writes these addresses into network_data.json.
    @Test
    void eachInterfaceIsOnAPortOfTheNode() throws Exception {
        Instance instance = newInstanceOn(node(0));
        startSpawn(SpawnRequest.builder(instance, fixture.image())
                        .network(NetworkInterface.builder("vif-1")
                                .network(Network.named("tenant"))
                                .build())
                        .build())
                .succeeds();

        Map<String, PortBinding> bindings = driver.portBindings(instance);

        assertThat(bindings).containsOnlyKeys("vif-1");
        assertThat(bindings.values())
                .allSatisfy(binding -> assertThat(binding.mac()).matches("[0-9a-f]{2}(:[0-9a-f]{2}){5}"));
    }

    @Test
    void anInstanceWithoutInterfacesHasNone() throws Exception {
        assertThat(driver.portBindings(spawnedOn(node(0)))).isEmpty();
    }

    // nova/exception.py#InstanceNotFound.
    @Test
    void anUnknownInstanceHasNoPorts() {
        assertFailsWith(ErrorCode.INSTANCE_NOT_FOUND, () -> driver.portBindings(newInstanceOn(node(0))));
    }
}
