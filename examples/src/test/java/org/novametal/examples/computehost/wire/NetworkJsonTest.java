package org.novametal.examples.computehost.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.novametal.driver.model.PortBinding;

class NetworkJsonTest {
    @Test
    void aPortBecomesAPhysicalLinkOfNetworkData() throws Exception {
        assertThat(NetworkJson.bindings(Map.of("vif-1", PortBinding.single("52:54:00:00:00:01"))))
                .isEqualTo(new JsonMapper().readTree("""
                        {"vif-1": {"mac": "52:54:00:00:00:01",
                          "link": {"type": "phy", "ethernet_mac_address": "52:54:00:00:00:01"}, "member_links": []}}"""));
    }

    @Test
    void aPortGroupBecomesABondWithALinkForEachMember() throws Exception {
        PortBinding bond = new PortBinding(
                "52:54:00:00:00:01", Optional.of("802.3ad"), List.of("52:54:00:00:00:02", "52:54:00:00:00:03"));
        assertThat(NetworkJson.bindings(Map.of("vif-1", bond))).isEqualTo(new JsonMapper().readTree("""
                {"vif-1": {"mac": "52:54:00:00:00:01",
                  "link": {"type": "bond", "ethernet_mac_address": "52:54:00:00:00:01", "bond_mode": "802.3ad",
                    "bond_links": ["vif-1-0", "vif-1-1"]},
                  "member_links": [
                    {"id": "vif-1-0", "type": "phy", "ethernet_mac_address": "52:54:00:00:00:02"},
                    {"id": "vif-1-1", "type": "phy", "ethernet_mac_address": "52:54:00:00:00:03"}]}}"""));
    }
}
