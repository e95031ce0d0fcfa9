package org.novametal.examples.computehost.server;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.novametal.driver.ComputeDriver;
import org.novametal.driver.capability.InstanceRescue;
import org.novametal.driver.capability.InstanceSnapshot;
import org.novametal.driver.capability.InterfaceAttachment;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.OperationRequest;
import org.novametal.driver.model.PowerOffRequest;
import org.novametal.driver.model.RebootRequest;
import org.novametal.driver.model.RebootRequest.RebootType;
import org.novametal.driver.model.RequestContext;
import org.novametal.driver.model.Secret;
import org.novametal.examples.computehost.wire.JsonFields;
import org.novametal.examples.computehost.wire.NetworkJson;
import org.novametal.examples.computehost.wire.OperationDocument;
import org.novametal.examples.computehost.wire.OperationKey;
import org.novametal.examples.computehost.wire.OperationKind;
import org.novametal.examples.computehost.wire.RequestJson;
import org.novametal.examples.computehost.wire.WireNames;
import org.novametal.text.ForeignText;

/** Long work on instances: begin, wait, cancel. */
record OperationRoutes(ComputeDriver driver, Operations operations) {
    List<Route> routes() {
        return List.of(
                new Route("POST", "/v1/instances/{instance}/operations", this::begin),
                new Route("GET", "/v1/instances/{instance}/operation", this::newest),
                new Route("GET", "/v1/instances/{instance}/operations/{key}", this::await),
                new Route("DELETE", "/v1/instances/{instance}/operations/{key}", this::cancel));
    }

    private Answer begin(Call call) throws InterruptedException {
        OperationKind kind = WireNames.parse(OperationKind.class, call.body().requiredText("kind"), "kind");
        RequestContext context = call.context();
        OperationKey key = new OperationKey(context.requestId(), kind);
        OperationDocument begun = switch (kind) {
            case SPAWN -> submit(call, key, context, RequestJson.spawn(call.body()));
            case REBUILD -> submit(call, key, context, RequestJson.rebuild(call.body()));
            case DESTROY -> submit(call, key, context, RequestJson.destroy(call.body()));
            case POWER_ON, POWER_OFF, REBOOT, RESCUE, UNRESCUE, ATTACH_INTERFACE, DETACH_INTERFACE ->
                run(call, key, context);
        };
        Duration wait = call.waitTime();
        OperationDocument state =
                begun.isFinished() || wait.isZero() ? begun : operations.await(call.instanceId(), key, wait);
        return new Answer(state.isFinished() ? 200 : 202, state.json());
    }

    private OperationDocument submit(Call call, OperationKey key, RequestContext context, OperationRequest request) {
        call.requireSame(request.instance());
        return operations.submit(key, context, request, call.json());
    }

    private OperationDocument run(Call call, OperationKey key, RequestContext context) {
        Instance instance = call.instance();
        return switch (key.kind()) {
            case POWER_ON -> run(call, key, ErrorCode.POWER_ON_FAILED, () -> driver.powerOn(context, instance));
            case POWER_OFF -> {
                if (call.body().requiredObject("instance").text("task_state").equals(Optional.of("shelving"))) {
                    // The first step of a shelve. Without the snapshot that follows, the machine must stay as it is.
                    Capabilities.require(driver, InstanceSnapshot.class);
                }
                PowerOffRequest request = new PowerOffRequest(instance, softTimeout(call.body()));
                yield run(call, key, ErrorCode.POWER_OFF_FAILED, () -> driver.powerOff(context, request));
            }
            case REBOOT -> {
                RebootRequest request = new RebootRequest(
                        instance, call.body().choice("reboot_type", RebootType.class, RebootType.SOFT));
                yield run(call, key, ErrorCode.REBOOT_FAILED, () -> driver.reboot(context, request));
            }
            case RESCUE -> {
                InstanceRescue rescue = Capabilities.require(driver, InstanceRescue.class);
                requireNoRescueImage(call, instance);
                Secret password = Secret.of(call.body().requiredText("rescue_password"));
                yield run(call, key, ErrorCode.RESCUE_FAILED, () -> rescue.rescue(context, instance, password));
            }
            case UNRESCUE -> {
                InstanceRescue rescue = Capabilities.require(driver, InstanceRescue.class);
                yield run(call, key, ErrorCode.UNRESCUE_FAILED, () -> rescue.unrescue(context, instance));
            }
            case ATTACH_INTERFACE, DETACH_INTERFACE -> {
                InterfaceAttachment interfaces = Capabilities.require(driver, InterfaceAttachment.class);
                NetworkInterface network = network(call);
                Operations.Work work = key.kind() == OperationKind.ATTACH_INTERFACE
                        ? () -> interfaces.attachInterface(context, instance, network)
                        : () -> interfaces.detachInterface(context, instance, network);
                yield run(call, key, ErrorCode.VIF_PLUG_FAILED, work);
            }
            case SPAWN, REBUILD, DESTROY -> throw new IllegalArgumentException("the driver stores " + key);
        };
    }

    private OperationDocument run(Call call, OperationKey key, ErrorCode failure, Operations.Work work) {
        return operations.run(key, call.instanceId(), call.json(), failure, work);
    }

    /** Refuses an image that the user chose for the rescue; by default, Nova names the image of the instance. */
    private static void requireNoRescueImage(Call call, Instance instance) {
        Optional<String> wanted = call.body().object("image").flatMap(image -> image.text("id"));
        Set<String> usual = new HashSet<>();
        call.body().requiredObject("instance").text("image_ref").ifPresent(usual::add);
        Optional.ofNullable(instance.systemMetadata().get("image_base_image_ref"))
                .ifPresent(usual::add);
        if (wanted.isPresent() && !usual.isEmpty() && !usual.contains(wanted.get())) {
            throw new DriverException(
                    ErrorCode.RESCUE_FAILED,
                    "instance " + instance.id() + " cannot be rescued with the image "
                            + ForeignText.line(wanted.get(), 60)
                            + ": a machine is rescued by its deploy ramdisk; rescue it without an image");
        }
    }

    private static NetworkInterface network(Call call) {
        return NetworkJson.networkInterface(call.body().requiredObject("vif"));
    }

    private static Duration softTimeout(JsonFields body) {
        return Duration.ofSeconds(Math.max(0, body.number("soft_timeout").orElse(0)));
    }

    private Answer newest(Call call) {
        return operations
                .newest(call.instanceId())
                .map(state -> Answer.ok(state.json()))
                .orElseThrow(() ->
                        RefusedCall.operationNotFound("no operation of instance " + call.instanceId() + " is known"));
    }

    private Answer await(Call call) throws InterruptedException {
        OperationKey key = OperationKey.parse(call.segment("key"));
        return Answer.ok(
                operations.await(call.instanceId(), key, call.waitTime()).json());
    }

    private Answer cancel(Call call) throws InterruptedException {
        OperationKey key = OperationKey.parse(call.segment("key"));
        OperationDocument state = operations.cancel(call.instanceId(), key);
        Duration wait = call.waitTime();
        return Answer.ok(
                (state.isFinished() || wait.isZero() ? state : operations.await(call.instanceId(), key, wait)).json());
    }
}
