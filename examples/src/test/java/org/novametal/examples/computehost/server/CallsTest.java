package org.novametal.examples.computehost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.examples.computehost.server.ServerFixture.SERVER_UUID;
import static org.novametal.examples.computehost.server.ServerFixture.about;
import static org.novametal.examples.computehost.server.ServerFixture.operations;
import static org.novametal.examples.computehost.server.ServerFixture.spawn;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.EventStamp;
import org.novametal.driver.model.HostName;
import org.novametal.examples.computehost.server.SocketClient.Reply;

class CallsTest {
    @TempDir
    Path folder;

    private ServerFixture host;

    @BeforeEach
    void start() throws IOException {
        host = ServerFixture.start(folder);
    }

    @AfterEach
    void end() {
        host.close();
    }

    private void spawned() throws IOException {
        Reply end = host.call("POST", operations(SERVER_UUID) + "?wait=30", spawn("req-1", SERVER_UUID, "node-1", ""));
        assertThat(end.json().path("phase").asText()).isEqualTo("succeeded");
    }

    private Reply instanceCall(String name) throws IOException {
        return host.call("POST", "/v1/instances/" + SERVER_UUID + "/" + name, about(SERVER_UUID, "node-1"));
    }

    @Test
    void theDescriptionStatesVersionHostBootCapabilitiesAndErrors() throws Exception {
        JsonNode json = host.get("/v1").json();
        assertThat(json.path("version").path("major").asInt()).isEqualTo(1);
        assertThat(json.path("host").asText()).isEqualTo("metal-1");
        assertThat(json.path("boot_id").asText()).isEqualTo(host.events.bootId().toString());
        assertThat(json.path("capabilities").path("supports_attach_interface").asBoolean())
                .isTrue();
        assertThat(json.path("traits").path("COMPUTE_NET_ATTACH_INTERFACE").asBoolean())
                .isTrue();
        assertThat(json.path("interfaces").path("rescue").asBoolean(true)).isFalse();
        assertThat(json.path("errors").toString())
                .contains(
                        "{\"code\":\"config_invalid\",\"disposition\":\"abort\",\"nova\":[{\"since\":26,\"class\":\"NovaException\"},"
                                + "{\"since\":34,\"class\":\"InvalidConfiguration\"}]}");
        assertThat(json.path("operations").toString()).contains("\"operation\":\"spawn\"", "\"deploy_failed\"");
    }

    @Test
    void theDescriptionStatesWhichOfNovasMethodsTheDriverAnswers() throws Exception {
        assertThat(host.get("/v1").json().path("methods"))
                .map(JsonNode::asText)
                .contains("spawn", "rebuild", "get_console_output", "attach_interface", "get_info")
                .doesNotContain("rescue", "snapshot", "get_vnc_console", "get_serial_console")
                .isSorted();
    }

    @Test
    void theDescriptionStatesWhereANewReaderOfEventsBegins() throws Exception {
        JsonNode before = host.get("/v1").json();
        assertThat(before.path("availability").path("state").asText()).isEqualTo("up");
        EventStamp stamp = new EventStamp(host.events.bootId(), 1, Instant.EPOCH);
        host.events.add(
                new HostAvailability(stamp, new HostName("metal-1"), HostAvailability.State.DOWN, "the store is away"));
        JsonNode after = host.get("/v1").json();
        assertThat(after.path("availability").path("state").asText()).isEqualTo("down");
        assertThat(after.path("availability").path("reason").asText()).isEqualTo("the store is away");
        assertThat(after.path("newest_event").asLong())
                .isEqualTo(before.path("newest_event").asLong() + 1);
    }

    @Test
    void aCallForAnInstanceNeedsNoFlavorButADeploymentDoes() throws Exception {
        spawned();
        String path = "/v1/instances/" + SERVER_UUID;
        String body = "{\"context\": {\"request_id\": \"req-2\"}, \"instance\": {\"uuid\": \"" + SERVER_UUID + "\"}%s}";
        assertThat(host.call("POST", path + "/info", body.formatted("")).status())
                .isEqualTo(200);
        for (String kind : List.of("spawn", "rebuild")) {
            Reply refused = host.call(
                    "POST",
                    operations(SERVER_UUID),
                    body.formatted(", \"image\": {\"id\": \"i\"}, \"kind\": \"" + kind + "\""));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.message()).contains("instance.flavor is missing");
        }
    }

    @Test
    void aCallerOfAnotherMajorVersionIsRefusedInWords() throws Exception {
        Reply refused = host.get("/v1/nodes", "Nova-Metal-Api: 2.0");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.errorCode()).isEqualTo("version_unsupported");
        assertThat(refused.message()).contains("2.0", "1.0");
        assertThat(host.get("/v1/nodes", "Nova-Metal-Api: 1.99").status()).isEqualTo(200);
        assertThat(host.get("/v1/nodes", "Nova-Metal-Api: new").errorCode()).isEqualTo("version_unsupported");
        assertThat(host.get("/v2/nodes").message()).contains("/v1");
    }

    @Test
    void nodesAreListedWithTheirUuids() throws Exception {
        JsonNode nodes = host.get("/v1/nodes?freshness=live").json().path("nodes");
        assertThat(nodes).hasSize(2);
        assertThat(nodes.get(0).path("name").asText()).isEqualTo("node-1");
        assertThat(nodes.get(0).path("uuid").asText()).isEqualTo("00000000-0000-4000-8000-000000000001");
    }

    @Test
    void aNodesNameMayContainSlashesAndBlanks() throws Exception {
        JsonNode resource = host.get("/v1/nodes/rack%202%2Fnode-2/resource").json();
        assertThat(resource.path("hypervisor_hostname").asText()).isEqualTo("rack 2/node-2");
        assertThat(resource.path("resource_class").asText()).isEqualTo("CUSTOM_GOLD");
        assertThat(host.get("/v1/nodes/rack%202%2Fnode-2")
                        .json()
                        .path("available")
                        .asBoolean())
                .isTrue();
        assertThat(host.get("/v1/nodes/gone").json().path("deleted").asBoolean())
                .isTrue();
    }

    @Test
    void allResourcesComeInOneCall() throws Exception {
        spawned();
        JsonNode resources = host.get("/v1/resources").json().path("resources");
        assertThat(resources).hasSize(2);
        assertThat(resources.get(0).path("instance_uuid").asText()).isEqualTo(SERVER_UUID);
        assertThat(resources.get(0).path("availability").asText()).isEqualTo("in_use");
        assertThat(resources.get(1).path("availability").asText()).isEqualTo("free");
    }

    @Test
    void theProviderTreeGetsTheNodesInventoryAndKeepsForeignTraits() throws Exception {
        String tree = """
                {"providers": [{"uuid": "00000000-0000-4000-8000-000000000001", "name": "node-1",
                 "inventories": {}, "traits": ["CUSTOM_FOREIGN"], "generation": 7}]}""";
        Reply updated = host.call("POST", "/v1/nodes/node-1/provider-tree", tree);
        JsonNode provider = updated.json().path("providers").get(0);
        assertThat(provider.path("inventories")
                        .path("CUSTOM_GOLD")
                        .path("total")
                        .asInt())
                .isEqualTo(1);
        assertThat(provider.path("traits").toString()).contains("CUSTOM_FOREIGN");
        Reply again = host.call(
                "POST", "/v1/nodes/node-1/provider-tree", updated.json().toString());
        assertThat(again.json()).isEqualTo(updated.json());
    }

    @Test
    void anInstanceIsPreparedCleanedUpAndDescribed() throws Exception {
        assertThat(instanceCall("prepare").status()).isEqualTo(200);
        assertThat(instanceCall("failed-spawn-cleanup").status()).isEqualTo(200);
        assertThat(instanceCall("info").errorCode()).isEqualTo("instance_not_found");
        spawned();
        assertThat(instanceCall("info").json().path("power_state").asText()).isEqualTo("running");
        assertThat(instanceCall("console-output").json().path("output").asText())
                .isNotEmpty();
        assertThat(instanceCall("port-bindings").json().path("ports").isObject())
                .isTrue();
    }

    @Test
    void aCallForAnAbsentCapabilityIsRefusedInWords() throws Exception {
        Reply refused = instanceCall("diagnostics");
        assertThat(refused.status()).isEqualTo(501);
        assertThat(refused.errorCode()).isEqualTo("capability_absent");
        assertThat(refused.message()).contains("InstanceDiagnostics");
    }

    @Test
    void aStoreThatDoesNotAnswerIsAnErrorAndNeverAnEmptyList() throws Exception {
        host.nodes.breakStore();
        Reply refused = host.get("/v1/nodes");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.errorCode()).isEqualTo("driver_not_ready");
        assertThat(refused.json().path("error").path("disposition").asText()).isEqualTo("host_down");
        assertThat(host.get("/v1/resources").errorCode()).isEqualTo("driver_not_ready");
    }

    @Test
    void unknownPathsAndMethodsAreRefusedInWords() throws Exception {
        assertThat(host.get("/v1/nothing").status()).isEqualTo(404);
        Reply method = host.call("DELETE", "/v1/nodes", "");
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.message()).contains("GET");
    }

    @Test
    void whatCannotBeUnderstoodIsRefusedWithoutRepeatingIt() throws Exception {
        String path = operations(SERVER_UUID);
        for (String body : List.of(
                "{\"admin_password\": \"geheim",
                "geheim",
                "[\"geheim\"]",
                "{\"kind\": \"geheim\"}",
                spawn("req-1", SERVER_UUID, "node-1", ", \"config_drive\": {\"files\": {\"a\": \"ge!heim\"}}"),
                spawn("req-1", SERVER_UUID, "node-1", ", \"admin_password\": [\"geheim\"]"),
                spawn("req-1", SERVER_UUID, "node-1", "").replace("\"vcpus\": 1", "\"vcpus\": \"geheim\""),
                spawn("req-1", SERVER_UUID, "node-1", "").replace(SERVER_UUID, "geheim"),
                spawn("req-1", SERVER_UUID, "node-1", "") + "{}",
                "{\"kind\": \"spawn\", \"kind\": \"spawn\"}",
                "{\"a\":".repeat(100) + "1" + "}".repeat(100))) {
            Reply refused = host.call("POST", path, body);
            assertThat(refused.status()).as(body).isEqualTo(400);
            assertThat(refused.errorCode()).isEqualTo("bad_request");
            assertThat(refused.message()).isNotEmpty().doesNotContain("geheim", "ge!heim");
        }
    }
}
