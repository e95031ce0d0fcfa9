package org.novametal.examples.computehost.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.novametal.examples.computehost.server.ServerFixture.SERVER_UUID;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.examples.computehost.server.SocketClient.Reply;

/**
 * The page of the interface, {@code examples/WIRE.md}, with one real example a call. When it differs, the test writes what the page
 * should be to {@code target/WIRE.md}.
 */
class WirePageTest {
    private static final Path PAGE = Path.of("WIRE.md");
    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT[0-9:.]+Z");
    private static final ObjectWriter PRETTY = new JsonMapper().writerWithDefaultPrettyPrinter();

    @TempDir
    Path folder;

    private ServerFixture host;
    private final StringBuilder page = new StringBuilder();

    @BeforeEach
    void start() throws IOException {
        host = ServerFixture.start(folder);
    }

    @AfterEach
    void end() {
        host.close();
    }

    @Test
    void thePageHasOneRealExampleOfEachCall() throws Exception {
        page.append(Files.readString(Path.of("src/test/resources/computehost/wire-head.md")));
        String instance = ServerFixture.about(SERVER_UUID, "node-1");
        String path = "/v1/instances/" + SERVER_UUID;
        String operations = path + "/operations";
        heading("The service");
        example("What the service is and can do. Lists are shortened here.", "GET", "/v1", "");
        heading("Nodes");
        example(
                "All nodes. `freshness=live` reads them now, the default is the last known answer.",
                "GET",
                "/v1/nodes",
                "");
        example("Whether a node is available, and whether it was deleted for good.", "GET", "/v1/nodes/node-1", "");
        example("The resources of a node.", "GET", "/v1/nodes/node-1/resource", "");
        example("The resources of all nodes.", "GET", "/v1/resources", "");
        example(
                "The node's subtree of resource providers as it should be.",
                "POST",
                "/v1/nodes/node-1/provider-tree",
                "{\"providers\": [{\"uuid\": \"00000000-0000-4000-8000-000000000001\", \"name\": \"node-1\","
                        + " \"traits\": [\"CUSTOM_OWN\"]}]}");
        heading("Operations");
        example("Reserves the node of an instance.", "POST", path + "/prepare", instance);
        example(
                "Begins an operation, here a spawn. Status 202 while it is under way, 200 when it has ended.",
                "POST",
                operations + "?wait=30",
                ServerFixture.spawn("req-1", SERVER_UUID, "node-1", "")
                        .replace(", \"auth_token\": \"never-kept\"", ""));
        example("The state of an operation; waits for its end.", "GET", operations + "/req-1:spawn?wait=30", "");
        example("The newest operation of an instance.", "GET", path + "/operation", "");
        example(
                "Work that is not stored, here power off.",
                "POST",
                operations + "?wait=30",
                ServerFixture.operation("power_off", "req-2", SERVER_UUID, "node-1", ", \"soft_timeout\": 5"));
        example(
                "The same key with another body.",
                "POST",
                operations,
                ServerFixture.operation("power_off", "req-2", SERVER_UUID, "node-1", ", \"soft_timeout\": 6"));
        example("Cancels an operation; waits for its end.", "DELETE", operations + "/req-2:power_off?wait=5", "");
        heading("Instances");
        example("All instances.", "GET", "/v1/instances", "");
        example("The power state.", "POST", path + "/info?freshness=live", instance);
        example("The port for each network interface.", "POST", path + "/port-bindings", instance);
        example("The console output.", "POST", path + "/console-output", instance);
        example("A call that this driver does not implement.", "POST", path + "/diagnostics", instance);
        example("Ends what a failed spawn left behind.", "POST", path + "/failed-spawn-cleanup", instance);
        heading("Events");
        example("The events after a number.", "GET", "/v1/events?after=1&wait=0", "");
        example("A number that no event has yet.", "GET", "/v1/events?after=999", "");
        page.append(Files.readString(Path.of("src/test/resources/computehost/wire-tail.md")));

        Path wanted = Files.createDirectories(Path.of("target")).resolve("WIRE.md");
        Files.writeString(wanted, page);
        assertThat(PAGE).as("compare with %s", wanted).hasContent(page.toString());
    }

    @Test
    void thePageNamesEveryCall() throws Exception {
        String text = Files.readString(PAGE);
        List<Route> routes = new ArrayList<>(new NodeRoutes(host.driver).routes());
        routes.addAll(new InstanceRoutes(host.driver).routes());
        assertThat(routes)
                .map(Route::template)
                .filteredOn(template -> !template.endsWith("}"))
                .allSatisfy(template -> assertThat(text).contains(template.substring(template.lastIndexOf('/'))));
    }

    private void heading(String text) {
        page.append("\n## ").append(text).append('\n');
    }

    private void example(String text, String method, String path, String body) throws IOException {
        Reply reply = host.call(method, path, body);
        page.append('\n')
                .append(text)
                .append("\n\n```\n")
                .append(method)
                .append(' ')
                .append(path)
                .append('\n');
        if (!body.isEmpty()) {
            page.append(pretty(new JsonMapper().readTree(body))).append('\n');
        }
        page.append("→ ")
                .append(reply.status())
                .append('\n')
                .append(pretty(shortened(reply.json())))
                .append("\n```\n");
    }

    private static String pretty(JsonNode json) throws IOException {
        return TIME.matcher(PRETTY.writeValueAsString(json)).replaceAll("2026-01-02T03:04:05Z");
    }

    /** Lists of more than four and objects of more than twenty entries are cut; events have no order that a test could fix. */
    private static JsonNode shortened(JsonNode json) {
        if (json instanceof ObjectNode object) {
            if (object.has("events") && object.has("next")) {
                ArrayNode none = object.putArray("events");
                none.addObject()
                        .put("sequence", 2)
                        .put("at", "2026-01-02T03:04:05Z")
                        .put("node", "node-1")
                        .put("instance_uuid", SERVER_UUID)
                        .put("type", "node_state_changed")
                        .put("old_state", "available")
                        .put("new_state", "deploying");
                object.put("next", 2);
            }
            if (object.has("oldest")) {
                object.put("oldest", 1).put("newest", 2);
            }
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            if (names.size() > 20) {
                object.retain(names.subList(0, 4));
                names = names.subList(0, 4);
            }
            names.forEach(name -> object.set(name, shortened(object.get(name))));
        } else if (json instanceof ArrayNode array) {
            while (array.size() > 4) {
                array.remove(array.size() - 1);
            }
            for (int i = 0; i < array.size(); i++) {
                array.set(i, shortened(array.get(i)));
            }
        }
        return json;
    }
}
