package org.novametal.fake;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableMap;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The commands of a fake agent: one at a time, each kept with its result until the machine loses power.
 *
 * <p>Everything that touches the disk runs on the agent's own threads, which nobody interrupts, because an interrupt would
 * close the disk's file. The map of commands is guarded by this object.
 */
final class FakeAgentCommands {
    private static final Logger LOG = LoggerFactory.getLogger(FakeAgentCommands.class);
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final long MINIMUM_WIPE_BYTES = 1 << 20;
    private static final long MAX_WAIT_SECONDS = 600;
    private static final ObjectNode VERSIONS = JSON.objectNode().put("generic_hardware_manager", "1.2");

    /** The services of the agent that its commands use. */
    interface Surroundings {
        /** Looks the node up again, as the real agent does before a write without root device hints. */
        void lookupAgain();

        /** Sends the next heartbeat soon. */
        void forceHeartbeat();

        /** Powers the machine off after a short delay. */
        void powerOff();

        /** Ends the agent after a short delay; the machine stays on. */
        void endAgent();

        /** A pause that is interrupted when the agent ends. */
        FakePause pause();
    }

    private enum Mode {
        SYNCHRONOUS,
        ASYNCHRONOUS
    }

    @FunctionalInterface
    private interface Action {
        JsonNode run(JsonNode params) throws FakeAgentFailure, IOException, InterruptedException;
    }

    private enum UnknownParameters {
        REFUSED,
        ACCEPTED
    }

    private record Kind(
            Mode mode, Set<String> required, Set<String> optional, UnknownParameters unknown, Action action) {
        boolean fits(JsonNode params) {
            for (String name : required) {
                if (!params.has(name)) {
                    return false;
                }
            }
            if (unknown == UnknownParameters.ACCEPTED) {
                return true;
            }
            for (Map.Entry<String, JsonNode> param : params.properties()) {
                if (!required.contains(param.getKey()) && !optional.contains(param.getKey())) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final class Command {
        private final UUID id = UUID.randomUUID();
        private final String name;
        private final CompletableFuture<JsonNode> outcome = new CompletableFuture<>();
        private String status = "RUNNING";
        private JsonNode error = NullNode.getInstance();
        private JsonNode result = NullNode.getInstance();

        Command(String name) {
            this.name = name;
        }

        synchronized ObjectNode json() {
            ObjectNode json = JSON.objectNode();
            json.put("id", id.toString());
            json.put("command_name", name);
            json.put("command_status", status);
            json.set("command_error", error);
            json.set("command_result", result);
            return json;
        }

        synchronized boolean running() {
            return status.equals("RUNNING");
        }

        void end(String ended, JsonNode why, JsonNode what) {
            synchronized (this) {
                status = ended;
                error = why;
                result = what;
            }
            outcome.complete(what);
        }
    }

    private final FakeAgentState state;
    private final FakeAgentHost host;
    private final FakeImageWriter images;
    private final Executor worker;
    private final Surroundings surroundings;
    private final Map<String, Map<String, Kind>> extensions;
    private final Map<String, Command> commands = new LinkedHashMap<>();
    private boolean listIsBroken;

    FakeAgentCommands(
            FakeAgentState state,
            FakeAgentHost host,
            FakeImageWriter images,
            Executor worker,
            Surroundings surroundings) {
        this.state = state;
        this.host = host;
        this.images = images;
        this.worker = worker;
        this.surroundings = surroundings;
        Set<String> nodeAndPorts = Set.of("node", "ports");
        Set<String> stepNodeAndPorts = Set.of("step", "node", "ports");
        this.extensions = ImmutableMap.of(
                "clean",
                ImmutableMap.of(
                        "get_clean_steps",
                        kind(Mode.SYNCHRONOUS, nodeAndPorts, this::cleanSteps),
                        "execute_clean_step",
                        new Kind(
                                Mode.ASYNCHRONOUS,
                                stepNodeAndPorts,
                                Set.of(),
                                UnknownParameters.ACCEPTED,
                                params -> step("clean", params))),
                "deploy",
                ImmutableMap.of(
                        "get_deploy_steps",
                        kind(Mode.SYNCHRONOUS, nodeAndPorts, this::deploySteps),
                        "execute_deploy_step",
                        new Kind(
                                Mode.ASYNCHRONOUS,
                                stepNodeAndPorts,
                                Set.of(),
                                UnknownParameters.ACCEPTED,
                                params -> step("deploy", params))),
                "image",
                ImmutableMap.of(
                        "install_bootloader",
                        new Kind(
                                Mode.ASYNCHRONOUS,
                                Set.of("root_uuid"),
                                Set.of("efi_system_part_uuid", "prep_boot_part_uuid", "target_boot_mode"),
                                UnknownParameters.REFUSED,
                                _ -> NullNode.getInstance())),
                "poll",
                ImmutableMap.of("get_hardware_info", kind(Mode.SYNCHRONOUS, Set.of(), _ -> hardware())),
                "rescue",
                ImmutableMap.of(
                        "finalize_rescue",
                        new Kind(
                                Mode.SYNCHRONOUS,
                                Set.of(),
                                Set.of("rescue_password", "hashed"),
                                UnknownParameters.REFUSED,
                                params -> {
                                    host.rescued(params.path("rescue_password").asText());
                                    surroundings.endAgent();
                                    return NullNode.getInstance();
                                })),
                "standby",
                ImmutableMap.of(
                        "prepare_image",
                        new Kind(
                                Mode.ASYNCHRONOUS,
                                Set.of(),
                                Set.of("image_info", "configdrive"),
                                UnknownParameters.REFUSED,
                                params -> JSON.objectNode().put("result", "prepare_image: " + writeImage(params))),
                        "get_partition_uuids",
                        kind(Mode.SYNCHRONOUS, Set.of(), params -> partitionUuids()),
                        "sync",
                        kind(Mode.SYNCHRONOUS, Set.of(), params -> {
                            host.disk().sync();
                            return NullNode.getInstance();
                        }),
                        "power_off",
                        kind(Mode.ASYNCHRONOUS, Set.of(), params -> {
                            host.disk().sync();
                            surroundings.powerOff();
                            return NullNode.getInstance();
                        })));
    }

    /** What the real agent's {@code get_hardware_info} answers, as far as this machine has it. */
    private JsonNode hardware() {
        FakeHardware found = host.hardware();
        ObjectNode json = JSON.objectNode();
        ArrayNode interfaces = json.putArray("interfaces");
        for (String mac : found.macs()) {
            interfaces
                    .addObject()
                    .put("name", "eth" + interfaces.size())
                    .put("mac_address", mac)
                    .put("has_carrier", true);
        }
        json.putObject("cpu")
                .put("model_name", "Fake CPU")
                .put("count", found.cpus())
                .put("architecture", "x86_64");
        json.putArray("disks")
                .addObject()
                .put("name", "/dev/vda")
                .put("size", host.disk().length())
                .put("rotational", false)
                .put("serial", "FAKE1");
        json.putObject("memory").put("total", found.memoryMb() * 1024L * 1024L).put("physical_mb", found.memoryMb());
        json.putObject("system_vendor").put("product_name", "Fake").put("manufacturer", "nova-metal");
        json.putObject("boot").put("current_boot_mode", "bios");
        return json;
    }

    private static Kind kind(Mode mode, Set<String> required, Action action) {
        return new Kind(mode, required, Set.of(), UnknownParameters.REFUSED, action);
    }

    /** Executes a command and returns its JSON; empty when the agent cannot encode the answer. */
    Optional<ObjectNode> execute(String fullName, JsonNode params, FakeWait wait)
            throws FakeAgentFailure, InterruptedException {
        int dot = fullName.indexOf('.');
        if (dot < 0) {
            throw FakeAgentFailure.invalidCommand("Command name must be of the form <extension>.<name>");
        }
        String extension = fullName.substring(0, dot);
        String name = fullName.substring(dot + 1);
        Command command;
        Kind kind;
        synchronized (this) {
            for (Command other : commands.values()) {
                if (other.running()) {
                    throw FakeAgentFailure.busy(other.name);
                }
            }
            Map<String, Kind> known = extensions.get(extension);
            if (known == null) {
                throw FakeAgentFailure.notFound("Extension", extension);
            }
            Kind found = known.get(name);
            if (found == null) {
                throw FakeAgentFailure.invalidCommand("Unknown command: " + name);
            }
            kind = found;
            if (!kind.fits(params)) {
                // The real agent keeps a result that it cannot encode, and its list of commands is broken from then on.
                listIsBroken = true;
                return Optional.empty();
            }
            if (name.equals("prepare_image")) {
                FakeImageWriter.validate(params.path("image_info"));
            }
            command = new Command(name);
            commands.put(command.id.toString(), command);
        }
        worker.execute(() -> run(command, kind, params));
        if (kind.mode() == Mode.SYNCHRONOUS || wait == FakeWait.UNTIL_DONE) {
            await(command);
        }
        return Optional.of(command.json());
    }

    /** Whether a request waits until a command is done. */
    enum FakeWait {
        UNTIL_DONE,
        NOT_AT_ALL
    }

    ObjectNode read(String id, FakeWait wait) throws FakeAgentFailure, InterruptedException {
        Command command;
        synchronized (this) {
            Command found = commands.get(id);
            if (found == null) {
                throw FakeAgentFailure.notFound("Command Result", id);
            }
            command = found;
        }
        if (wait == FakeWait.UNTIL_DONE) {
            await(command);
        }
        return command.json();
    }

    /** All commands; empty once an unknown parameter has broken the list. */
    synchronized Optional<ObjectNode> list() {
        if (listIsBroken) {
            return Optional.empty();
        }
        ObjectNode json = JSON.objectNode();
        ArrayNode list = json.putArray("commands");
        commands.values().forEach(command -> list.add(command.json()));
        return Optional.of(json);
    }

    private static void await(Command command) throws InterruptedException {
        try {
            command.outcome.get(MAX_WAIT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.warn("command {} {} did not end within {} s", command.name, command.id, MAX_WAIT_SECONDS);
        }
    }

    private void run(Command command, Kind kind, JsonNode params) {
        try {
            JsonNode result = kind.action().run(params);
            command.end("SUCCEEDED", NullNode.getInstance(), result);
        } catch (FakeAgentFailure e) {
            LOG.info("command {} failed: {}", command.name, e.getMessage());
            command.end(
                    e.isVersionMismatch() ? "CLEAN_VERSION_MISMATCH" : "FAILED",
                    e.commandError(),
                    NullNode.getInstance());
        } catch (IOException e) {
            LOG.info("command {} failed: {}", command.name, e.toString());
            command.end("FAILED", FakeAgentFailure.execution(e.toString()).commandError(), NullNode.getInstance());
        } catch (InterruptedException e) {
            LOG.debug("command {} was interrupted", command.name);
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            LOG.error("command {} failed", command.name, e);
            command.end("FAILED", FakeAgentFailure.execution(e.toString()).commandError(), NullNode.getInstance());
        } finally {
            if (kind.mode() == Mode.ASYNCHRONOUS) {
                surroundings.forceHeartbeat();
            }
        }
    }

    private JsonNode cleanSteps(JsonNode params) {
        state.setNode(params.path("node"));
        ArrayNode steps = JSON.arrayNode();
        steps.add(described("erase_devices", 10).put("abortable", true));
        steps.add(described("erase_devices_metadata", 99).put("abortable", true));
        return steps("clean_steps", steps);
    }

    private JsonNode deploySteps(JsonNode params) {
        state.setNode(params.path("node"));
        ArrayNode steps = JSON.arrayNode();
        steps.add(described("erase_devices_metadata", 0));
        steps.add(described("write_image", 0));
        return steps("deploy_steps", steps);
    }

    private static ObjectNode described(String step, int priority) {
        return JSON.objectNode()
                .put("step", step)
                .put("priority", priority)
                .put("interface", "deploy")
                .put("reboot_requested", false);
    }

    private static ObjectNode steps(String key, ArrayNode steps) {
        ObjectNode result = JSON.objectNode();
        result.putObject(key).set("GenericHardwareManager", steps);
        result.set("hardware_manager_version", VERSIONS);
        return result;
    }

    private JsonNode step(String phase, JsonNode params) throws FakeAgentFailure, IOException, InterruptedException {
        state.setNode(params.path("node"));
        JsonNode asked = params.path(phase + "_version");
        if (asked.isObject() && !asked.equals(VERSIONS)) {
            throw FakeAgentFailure.versions(PythonText.repr(VERSIONS), PythonText.repr(asked));
        }
        JsonNode step = params.path("step");
        if (!step.path("step").isTextual()) {
            throw FakeAgentFailure.execution("Malformed " + phase + "_step, no \"step\" key: " + PythonText.repr(step));
        }
        JsonNode done = switch (step.path("step").asText()) {
            case "erase_devices_metadata" -> {
                eraseMetadata();
                yield NullNode.getInstance();
            }
            case "erase_devices" -> {
                host.disk().zero(0, host.disk().length());
                host.disk().sync();
                yield NullNode.getInstance();
            }
            case "write_image" -> JSON.objectNode().put("result", "prepare_image: " + writeImage(step.path("args")));
            default -> throw FakeAgentFailure.noSuchStep(step.path("step").asText());
        };
        ObjectNode result = JSON.objectNode();
        result.set(phase + "_result", done);
        result.set(phase + "_step", step);
        return result;
    }

    /** Partition tables are in the first 34 and the last 33 sectors; a mebibyte at each end covers 4 KiB sectors too. */
    private void eraseMetadata() throws IOException {
        FakeDisk disk = host.disk();
        long count = Math.min(MINIMUM_WIPE_BYTES, disk.length());
        disk.zero(0, count);
        disk.zero(disk.length() - count, count);
        disk.sync();
    }

    private String writeImage(JsonNode args) throws FakeAgentFailure, InterruptedException {
        JsonNode image = args.path("image_info");
        FakeImageWriter.validate(image);
        if (state.node().path("properties").path("root_device").isMissingNode()) {
            surroundings.lookupAgain();
        }
        String rootUuid = images.write(image, state.node(), surroundings.pause());
        writeConfigDrive(args.hasNonNull("configdrive") ? args.path("configdrive") : image.path("configdrive"));
        state.setRootUuid(rootUuid);
        return "image (" + image.path("id").asText() + ") written to device " + FakeImageWriter.DEVICE + " root_uuid="
                + rootUuid;
    }

    private void writeConfigDrive(JsonNode drive) throws FakeAgentFailure {
        if (!drive.isTextual()) {
            return;
        }
        try {
            FakeConfigDrive.write(host.disk(), drive.asText());
        } catch (IOException e) {
            throw FakeAgentFailure.deployment("the disk cannot be written: " + e);
        }
    }

    private JsonNode partitionUuids() {
        ObjectNode uuids = JSON.objectNode();
        if (!state.rootUuid().isEmpty()) {
            uuids.put("root uuid", state.rootUuid());
        }
        return uuids;
    }
}
