package org.novametal.examples.computehost;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.computehost.server.Answer;
import org.novametal.examples.computehost.server.Call;
import org.novametal.examples.computehost.server.Route;
import org.novametal.examples.computehost.wire.ErrorJson;
import org.novametal.examples.computehost.wire.InstanceJson;
import org.novametal.examples.computehost.wire.JsonFields;
import org.novametal.scheduler.HostManager;
import org.novametal.scheduler.NoValidHostException;
import org.novametal.scheduler.RequestSpec;
import org.novametal.scheduler.Selection;
import org.novametal.scheduler.weigh.WeighedHost;

/**
 * The host manager's choice of nodes: {@code POST /v1/select} chooses and claims a node for an instance, {@code POST /v1/release}
 * ends the claim.
 *
 * @param manager the host manager
 */
record SelectRoutes(HostManager manager) {
    List<Route> routes() {
        return List.of(new Route("POST", "/v1/select", this::select), new Route("POST", "/v1/release", this::release));
    }

    private Answer select(Call call) {
        JsonFields body = call.body();
        RequestSpec.Builder request = RequestSpec.builder(
                new InstanceId(body.uuid("instance_uuid")), InstanceJson.flavor(body.requiredObject("flavor")));
        body.object("image").map(InstanceJson::image).ifPresent(request::image);
        body.text("force_node").map(NodeName::new).ifPresent(request::forcedNode);
        request.ignoredNodes(
                body.texts("ignore_nodes").stream().map(NodeName::new).toList());
        try {
            return Answer.ok(json(manager.select(request.build())));
        } catch (NoValidHostException e) {
            return new Answer(409, ErrorJson.error("no_valid_host", "abort", e.getMessage()));
        }
    }

    private static ObjectNode json(Selection selection) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("instance_uuid", selection.instance().toString())
                .put("node", selection.node().value())
                .put("claimed_until", selection.claimedUntil().toString());
        ArrayNode alternatives = json.putArray("alternatives");
        for (WeighedHost host : selection.alternatives()) {
            alternatives.addObject().put("node", host.host().node().value()).put("weight", host.weight());
        }
        return json;
    }

    private Answer release(Call call) {
        manager.release(new InstanceId(call.body().uuid("instance_uuid")));
        return Answer.done();
    }
}
