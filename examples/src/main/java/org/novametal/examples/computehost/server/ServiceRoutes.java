package org.novametal.examples.computehost.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.model.HostName;
import org.novametal.examples.computehost.wire.ErrorJson;
import org.novametal.examples.computehost.wire.WireFormatException;
import org.novametal.examples.computehost.wire.WireVersion;

/** The description of the service, and the driver's events. */
record ServiceRoutes(HostName host, ComputeDriver driver, EventBuffer events) {
    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1", call -> Answer.ok(description())),
                new Route("GET", "/v1/events", this::events));
    }

    private ObjectNode description() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.putObject("version").put("major", WireVersion.MAJOR).put("minor", WireVersion.MINOR);
        json.put("host", host.value()).put("boot_id", events.bootId().toString());
        events.describe(json);
        ObjectNode capabilities = json.putObject("capabilities");
        new TreeMap<>(driver.capabilities()).forEach(capabilities::put);
        ObjectNode traits = json.putObject("traits");
        new TreeMap<>(driver.capabilitiesAsTraits()).forEach((trait, has) -> traits.put(trait.name(), has));
        ObjectNode interfaces = json.putObject("interfaces");
        Capabilities.NAMES.forEach(
                (name, type) -> interfaces.put(name, driver.capability(type).isPresent()));
        Capabilities.novaMethods(driver).forEach(json.putArray("methods")::add);
        json.set("errors", ErrorJson.codes());
        json.set("operations", ErrorJson.operations());
        return json;
    }

    private Answer events(Call call) throws InterruptedException {
        return Answer.ok(events.read(call.query().getOrDefault("boot_id", ""), after(call.query()), call.waitTime()));
    }

    private static OptionalLong after(Map<String, String> query) {
        String text = query.get("after");
        if (text == null) {
            return OptionalLong.empty();
        }
        if (!text.matches("[0-9]{1,18}")) {
            throw new WireFormatException("the parameter after must be the number of an event");
        }
        return OptionalLong.of(Long.parseLong(text));
    }
}
