package org.novametal.examples.computehost.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Optional;
import org.novametal.driver.host.DriverEvent;
import org.novametal.driver.host.DriverEvent.HostAvailability;
import org.novametal.driver.host.DriverEvent.InstanceLifecycle;
import org.novametal.driver.host.DriverEvent.NetworkFault;
import org.novametal.driver.host.DriverEvent.NodeEvent;
import org.novametal.driver.host.DriverEvent.NodeStateChanged;
import org.novametal.driver.host.DriverEvent.OperationProgress;
import org.novametal.driver.host.DriverEvent.PowerChanged;
import org.novametal.driver.model.InstanceId;

/** Events of a driver. */
public final class EventJson {
    private EventJson() {}

    /**
     * An event.
     *
     * @param sequence its number among the events of this process
     */
    public static ObjectNode event(long sequence, DriverEvent event) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("sequence", sequence)
                .put("at", event.at().toString());
        if (event instanceof NodeEvent about) {
            json.put("node", about.node().value());
        }
        switch (event) {
            case HostAvailability host ->
                json.put("type", "host_availability")
                        .put("host", host.host().value())
                        .put("state", WireNames.of(host.state()))
                        .put("reason", host.reason());
            case NodeStateChanged changed ->
                instance(json, changed.instance())
                        .put("type", "node_state_changed")
                        .put("old_state", changed.oldState())
                        .put("new_state", changed.newState());
            case OperationProgress progress ->
                instance(json, progress.instance())
                        .put("type", "operation_progress")
                        .put("step", progress.step())
                        .put("fraction", progress.fraction());
            case PowerChanged power ->
                instance(json, power.instance())
                        .put("type", "power_changed")
                        .put("old_power", WireNames.of(power.oldPower()))
                        .put("new_power", WireNames.of(power.newPower()));
            case InstanceLifecycle lifecycle ->
                instance(json, Optional.of(lifecycle.instance()))
                        .put("type", "instance_lifecycle")
                        .put("transition", WireNames.of(lifecycle.transition()));
            case NetworkFault fault -> {
                instance(json, fault.instance()).put("type", "network_fault");
                fault.fault().ifPresent(text -> json.put("fault", text));
            }
        }
        return json;
    }

    private static ObjectNode instance(ObjectNode json, Optional<InstanceId> instance) {
        instance.ifPresent(id -> json.put("instance_uuid", id.toString()));
        return json;
    }
}
