package org.novametal.examples.computehost.server;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.capability.CrashDump;
import org.novametal.driver.capability.ImageCaching;
import org.novametal.driver.capability.InstanceDiagnostics;
import org.novametal.driver.capability.InstanceSnapshot;
import org.novametal.driver.capability.InterfaceAttachment;
import org.novametal.driver.capability.NetworkBinding;
import org.novametal.driver.capability.NetworkPreparation;
import org.novametal.driver.capability.PowerUpdateEvents;
import org.novametal.driver.capability.VolumeConnection;
import org.novametal.driver.model.ConsoleConnection;
import org.novametal.driver.model.ConsoleType;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.InstanceInfo;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.PowerState;
import org.novametal.examples.computehost.wire.InstanceJson;
import org.novametal.examples.computehost.wire.JsonFields;
import org.novametal.examples.computehost.wire.NetworkJson;
import org.novametal.examples.computehost.wire.WireFormatException;
import org.novametal.examples.computehost.wire.WireNames;

/** Questions about instances, and the short calls for them. Most take the instance in the body. */
record InstanceRoutes(ComputeDriver driver) {
    List<Route> routes() {
        return List.of(
                new Route("GET", "/v1/instances", call -> list()),
                post("info", this::info),
                post("prepare", call -> {
                    driver.prepareForSpawn(call.instance());
                    return Answer.done();
                }),
                post("failed-spawn-cleanup", call -> {
                    driver.failedSpawnCleanup(call.instance());
                    return Answer.done();
                }),
                post("port-bindings", call -> {
                    ObjectNode json = object();
                    json.set("ports", NetworkJson.bindings(driver.portBindings(call.instance())));
                    return Answer.ok(json);
                }),
                post("console-output", this::consoleOutput),
                post("console", this::console),
                post("diagnostics", this::diagnostics),
                post("power-update", this::powerUpdate),
                post("crash-dump", call -> {
                    Capabilities.require(driver, CrashDump.class).triggerCrashDump(call.instance());
                    return Answer.done();
                }),
                post("snapshot", call -> {
                    Capabilities.require(driver, InstanceSnapshot.class)
                            .snapshot(
                                    call.context(), call.instance(), call.body().requiredText("image_id"));
                    return Answer.done();
                }),
                post("plug-vifs", call -> {
                    Capabilities.require(driver, InterfaceAttachment.class).plugVifs(call.instance(), networks(call));
                    return Answer.done();
                }),
                post("unplug-vifs", call -> {
                    Capabilities.require(driver, InterfaceAttachment.class).unplugVifs(call.instance(), networks(call));
                    return Answer.done();
                }),
                post("prepare-networks", call -> {
                    Capabilities.require(driver, NetworkPreparation.class)
                            .prepareNetworks(call.instance(), networks(call));
                    return Answer.done();
                }),
                post("clean-networks", call -> {
                    Capabilities.require(driver, NetworkPreparation.class)
                            .cleanNetworksPreparation(call.instance(), networks(call));
                    return Answer.done();
                }),
                post("network-binding", this::networkBinding),
                post("volume-connector", this::volumeConnector),
                new Route("POST", "/v1/images/cache", this::cacheImage),
                new Route("POST", "/v1/images/manage-cache", this::manageImageCache));
    }

    private static Route post(String call, Route.Handler handler) {
        return new Route("POST", "/v1/instances/{instance}/" + call, handler);
    }

    private static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static List<NetworkInterface> networks(Call call) {
        return NetworkJson.interfaces(call.body().objects("network_info"));
    }

    private Answer list() {
        ObjectNode json = object();
        driver.listInstanceUuids().stream().map(InstanceId::toString).sorted().forEach(json.putArray("uuids")::add);
        driver.listInstances().stream().sorted().forEach(json.putArray("names")::add);
        return Answer.ok(json);
    }

    private Answer info(Call call) {
        InstanceInfo info = driver.getInfo(call.instance(), call.freshness());
        ObjectNode json = object().put("power_state", WireNames.of(info.state()))
                .put("power_state_number", info.state().novaCode());
        info.internalId().ifPresent(id -> json.put("internal_id", id));
        return Answer.ok(json);
    }

    private Answer consoleOutput(Call call) {
        return Answer.ok(object().put(
                        "output",
                        Capabilities.require(driver, ConsoleAccess.class)
                                .getConsoleOutput(call.context(), call.instance())));
    }

    private Answer console(Call call) {
        ConsoleType type = WireNames.parse(ConsoleType.class, call.body().requiredText("type"), "type");
        ConsoleConnection console =
                Capabilities.require(driver, ConsoleAccess.class).getConsole(call.context(), call.instance(), type);
        ObjectNode json = object().put("type", WireNames.of(console.type()))
                .put("host", console.host())
                .put("port", console.port());
        console.internalAccessPath().ifPresent(path -> json.put("internal_access_path", path));
        return Answer.ok(json);
    }

    private Answer diagnostics(Call call) {
        ObjectNode json = object();
        ObjectNode facts = json.putObject("diagnostics");
        new TreeMap<>(Capabilities.require(driver, InstanceDiagnostics.class).getInstanceDiagnostics(call.instance()))
                .forEach(facts::put);
        return Answer.ok(json);
    }

    private Answer powerUpdate(Call call) throws InterruptedException {
        PowerState target = WireNames.parse(PowerState.class, call.body().requiredText("power_state"), "power_state");
        if (target != PowerState.RUNNING && target != PowerState.SHUTDOWN) {
            throw new WireFormatException("power_state must be running or shutdown");
        }
        Capabilities.require(driver, PowerUpdateEvents.class).powerUpdateEvent(call.instance(), target);
        return Answer.done();
    }

    private Answer networkBinding(Call call) {
        NetworkBinding binding = Capabilities.require(driver, NetworkBinding.class);
        ObjectNode json = object().put("managed", binding.managesNetworkBindingHostId());
        binding.networkBindingHostId(call.context(), call.instance()).ifPresent(host -> json.put("host_id", host));
        return Answer.ok(json);
    }

    private Answer volumeConnector(Call call) {
        ObjectNode json = object();
        ObjectNode connector = json.putObject("connector");
        new TreeMap<>(Capabilities.require(driver, VolumeConnection.class).getVolumeConnector(call.instance()))
                .forEach(connector::putPOJO);
        return Answer.ok(json);
    }

    private Answer cacheImage(Call call) throws InterruptedException {
        boolean fetched = Capabilities.require(driver, ImageCaching.class)
                .cacheImage(call.context(), InstanceJson.image(call.body().requiredObject("image")));
        return Answer.ok(object().put("fetched", fetched));
    }

    private Answer manageImageCache(Call call) {
        Capabilities.require(driver, ImageCaching.class)
                .manageImageCache(
                        call.context(),
                        call.body().texts("instance_uuids").stream()
                                .map(text -> new InstanceId(JsonFields.uuid(text, "instance_uuids")))
                                .collect(Collectors.toUnmodifiableSet()));
        return Answer.done();
    }
}
