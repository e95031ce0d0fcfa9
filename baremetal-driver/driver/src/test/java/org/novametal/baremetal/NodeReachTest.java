package org.novametal.baremetal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.mockito.Mockito.mock;
import static org.mockito.Mockito.when;

import java.net.URI;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.bmc.BmcAddress;

class NodeReachTest {
    private static Optional<String> problem(String served, String bmc) {
        NodeRecord node = mock(NodeRecord.class);
        when(node.bmc()).thenReturn(BmcAddress.parse(bmc));
        return new NodeReach(() -> URI.create(served), "set http_listen").problem(node);
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8080/, ipmi://10.0.0.7",
        "http://127.8.0.1:8080/, ipmi://bmc7.example",
        "http://0.0.0.0:8080/, redfish://10.0.0.7/redfish/v1/Systems/1",
        "http://[::]:8080/, ipmi://10.0.0.7",
        "http://[::1]:8080/, ipmi://[fd00::7]",
        "http://localhost:8080/, ipmi://10.0.0.7",
    })
    void aNodeElsewhereCannotReachAnAddressOfThisMachineAlone(String served, String bmc) {
        assertThat(problem(served, bmc))
                .hasValueSatisfying(
                        why -> assertThat(why).contains(served).contains(bmc).contains("http_listen"));
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8080/, ipmi://127.0.0.1:6230",
        "http://127.0.0.1:8080/, ipmi://127.0.3.9",
        "http://0.0.0.0:8080/, ipmi://[::1]:6230",
        "http://127.0.0.1:8080/, ipmi://localhost:6230",
        "http://10.0.0.1:8080/, ipmi://10.0.0.7",
        "http://metal.example/, ipmi://10.0.0.7",
        "http://[fd00::1]:8080/, ipmi://10.0.0.7",
    })
    void aNodeOnThisMachineAndAnAddressOfTheNetworkAreFine(String served, String bmc) {
        assertThat(problem(served, bmc)).isEmpty();
    }

    @Test
    void theReasonEndsWithWhatToSet() {
        assertThat(problem("http://127.0.0.1:8080/", "ipmi://10.0.0.7").orElseThrow())
                .endsWith("; set http_listen");
    }
}
