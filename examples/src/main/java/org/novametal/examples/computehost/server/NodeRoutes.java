package org.novametal.examples.computehost.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.computehost.wire.ResourceJson;
import org.novametal.examples.computehost.wire.WireFormatException;

/** Nodes, their resources and their trees of resource providers. */
record NodeRoutes(ComputeDriver driver) {
    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/nodes", this::nodes),
                new Route("GET", "/v1/nodes/{node}", this::node),
                new Route("GET", "/v1/nodes/{node}/resource", this::resource),
                new Route("GET", "/v1/resources", this::resources),
                new Route("POST", "/v1/nodes/{node}/provider-tree", this::tree));
    }

    private static NodeName name(Call call) {
        try {
            return new NodeName(call.segment("node"));
        } catch (IllegalArgumentException e) {
            throw new WireFormatException("the node in the path: " + e.getMessage());
        }
    }

    private Answer nodes(Call call) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode nodes = json.putArray("nodes");
        Map<NodeName, UUID> sorted = new TreeMap<>();
        driver.getNodenamesByUuid(call.freshness()).forEach((uuid, name) -> sorted.put(name, uuid));
        sorted.forEach(
                (name, uuid) -> nodes.addObject().put("name", name.value()).put("uuid", uuid.toString()));
        return Answer.ok(json);
    }

    private Answer node(Call call) {
        NodeName node = name(call);
        return Answer.ok(JsonNodeFactory.instance
                .objectNode()
                .put("name", node.value())
                .put("available", driver.nodeIsAvailable(node))
                .put("deleted", driver.isNodeDeleted(node)));
    }

    private Answer resource(Call call) {
        return Answer.ok(ResourceJson.resource(driver.getAvailableResource(name(call))));
    }

    private Answer resources(Call call) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode resources = json.putArray("resources");
        NodeReports.read(driver, call.freshness()).forEach(report -> resources.add(ResourceJson.resource(report)));
        return Answer.ok(json);
    }

    private Answer tree(Call call) {
        return Answer.ok(ResourceJson.tree(driver.updateProviderTree(ResourceJson.tree(call.body()), name(call))));
    }
}
