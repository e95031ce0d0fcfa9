package org.novametal.baremetal.exchange;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.exchange.Finding.Kind;
import org.novametal.baremetal.inventory.Enrolment;
import org.novametal.baremetal.inventory.NodeSpec;
import org.novametal.baremetal.inventory.PortSpec;
import org.novametal.baremetal.store.Store;
import org.novametal.baremetal.store.StoreFixture;

class GrizzlyImportTest {
    private static final String NODES = """
            created_at,updated_at,deleted_at,deleted,id,cpus,memory_mb,local_gb,pm_address,pm_user,pm_password,service_host,prov_mac_address,instance_uuid,registration_status,task_state,prov_vlan_id,terminal_port,image_path,pxe_config_path,deploy_key,root_mb,swap_mb,instance_name,uuid
            2013-05-01 10:00:00,NULL,NULL,0,1,8,16384,200,10.0.0.1,admin,"a ""quoted"", word",compute-0,52:54:00:AA:00:01,NULL,NULL,NULL,7,8001,NULL,NULL,NULL,NULL,NULL,NULL,11111111-0000-4000-8000-000000000001
            2013-05-01 10:00:00,NULL,NULL,0,2,8,16384,200,10.0.0.2,admin,word,compute-0,52:54:00:AA:00:02,99999999-0000-4000-8000-000000000002,NULL,active,,8002,/i,/p,key,10240,512,web-2,11111111-0000-4000-8000-000000000002
            2013-05-01 10:00:00,NULL,NULL,3,3,8,16384,200,10.0.0.3,admin,word,compute-0,52:54:00:AA:00:03,NULL,NULL,NULL,,8003,,,,,,,11111111-0000-4000-8000-000000000003
            """;
    private static final String INTERFACES = """
            id\tbm_node_id\taddress\tdatapath_id\tport_no\tvif_uuid
            1\t1\t52:54:00:aa:00:01\t0x1\t1\t\\N
            2\t1\t52:54:00:AA:01:01\t0x2\t5\t\\N
            3\t99\t52:54:00:AA:99:01\t\\N\t\\N\t\\N
            """;

    @TempDir
    Path folder;

    private static ImportDraft read(String... tables) throws IOException {
        List<ImportSource> sources = new ArrayList<>();
        for (String table : tables) {
            sources.add(new ImportSource("table " + (sources.size() + 1), new StringReader(table)));
        }
        return InventoryImport.read(InventoryFormat.GRIZZLY, sources, Optional.empty());
    }

    @Test
    void nodesAndInterfacesAreImportedInAnyOrder() throws Exception {
        try (Store store = StoreFixture.open(folder)) {
            Enrolment inventory = new Enrolment(store.nodes());
            ImportPlan plan = new ImportPlan(read(INTERFACES, NODES), inventory);
            assertThat(plan.findings())
                    .filteredOn(finding -> finding.kind() == Kind.FAULT)
                    .isEmpty();
            plan.apply();

            NodeSpec spec = store.nodes().spec(UUID.fromString("11111111-0000-4000-8000-000000000001"));
            assertThat(spec.name().value()).isEqualTo("11111111-0000-4000-8000-000000000001");
            assertThat(spec.bmc()).hasToString("ipmi://10.0.0.1");
            assertThat(spec.credentials().password()).isEqualTo("a \"quoted\", word");
            assertThat(spec.memoryMb()).isEqualTo(16_384);
            assertThat(spec.ports())
                    .extracting(PortSpec::mac)
                    .containsExactly("52:54:00:aa:00:01", "52:54:00:aa:01:01");
            assertThat(spec.ports())
                    .extracting(PortSpec::pxe)
                    .containsExactly(PortSpec.Pxe.ENABLED, PortSpec.Pxe.DISABLED);
            assertThat(spec.ports().getFirst().vlanId()).hasValue(7);
            assertThat(spec.ports().get(1).link().orElseThrow().portId()).isEqualTo("5");
            assertThat(plan.adoptions()).singleElement().satisfies(adoption -> {
                assertThat(adoption.instance().name()).isEqualTo("web-2");
                assertThat(adoption.node()).hasToString("11111111-0000-4000-8000-000000000002");
            });
            assertThat(inventory.list()).hasSize(2);
            assertThat(plan.findings())
                    .extracting(Finding::toString)
                    .contains(
                            "11111111-0000-4000-8000-000000000003: deleted is set; the node is left out",
                            "11111111-0000-4000-8000-000000000002: root_mb has no place here",
                            "interface 52:54:00:AA:99:01: belongs to node 99, which is not in bm_nodes");
        }
    }

    @Test
    void everyInterfaceBootsWhereNoProvisioningMacIsGiven() throws Exception {
        ImportDraft draft = read(
                "id,uuid,pm_address,cpus\n4,11111111-0000-4000-8000-000000000004,10.0.0.4,x\n",
                "bm_node_id,address\n4,52:54:00:00:00:04\n4,52:54:00:00:00:05\n");
        assertThat(draft.nodes().getFirst().fields().path("ports").toString())
                .isEqualTo("[{\"mac\":\"52:54:00:00:00:04\",\"pxe_enabled\":true},"
                        + "{\"mac\":\"52:54:00:00:00:05\",\"pxe_enabled\":true}]");
        try (Store store = StoreFixture.open(folder)) {
            assertThat(new ImportPlan(draft, new Enrolment(store.nodes())).findings())
                    .filteredOn(finding -> finding.kind() == Kind.FAULT)
                    .extracting(Finding::toString)
                    .contains(
                            "11111111-0000-4000-8000-000000000004: cpus 'x' is not an integer",
                            "11111111-0000-4000-8000-000000000004: bmc.password is missing");
        }
    }

    @Test
    void aTableThatCannotBeReadIsAFault() throws Exception {
        for (String table : List.of(
                "", "a,b\n1,2\n", "id,pm_address\n1\n", "id,pm_address\n1,\"x\n", "id,pm_address\n1,\"x\"y\n")) {
            assertThat(read(table).findings())
                    .as(table)
                    .extracting(Finding::kind)
                    .contains(Kind.FAULT);
        }
        assertThat(read("id,pm_address,task_state\n1,10.0.0.1,deploying\n").findings())
                .extracting(Finding::toString)
                .contains("bm-node-1: task_state is 'deploying'; wait for its end and export again");
    }
}
