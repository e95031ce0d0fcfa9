package org.novametal.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A command to an agent. Only the parameters that every agent knows are sent: an unknown one would break the agent's list of
 * commands until its next boot. {@code toString()} omits the parameters, which may contain a config drive.
 *
 * <p>Source: the requests of Ironic 39 to Ironic Python Agent 13.
 */
public final class AgentCommand {
    private final String name;
    private final JsonNode params;

    private AgentCommand(String name, JsonNode params) {
        this.name = Objects.requireNonNull(name, "name");
        this.params = params;
    }

    /** Requests the agent's deploy steps; done at once. {@link HardwareSteps#of} reads the result. */
    public static AgentCommand getDeploySteps(AgentNode node, List<AgentPort> ports) {
        return new AgentCommand("deploy.get_deploy_steps", nodeAndPorts(node, ports));
    }

    /** Requests the agent's clean steps; done at once. {@link HardwareSteps#of} reads the result. */
    public static AgentCommand getCleanSteps(AgentNode node, List<AgentPort> ports) {
        return new AgentCommand("clean.get_clean_steps", nodeAndPorts(node, ports));
    }

    /**
     * Writes an image to the root disk; takes minutes, so it is not waited for.
     *
     * @param versions the hardware managers' versions, from {@link HardwareSteps}
     */
    public static AgentCommand writeImage(
            AgentNode node, List<AgentPort> ports, ImageInfo image, Map<String, String> versions) {
        ObjectNode step = AgentJson.object();
        step.put("interface", "deploy");
        step.put("step", "write_image");
        ObjectNode arguments = step.putObject("args");
        arguments.set("image_info", image.json());
        image.configDrive().ifPresent(drive -> arguments.put("configdrive", drive));
        return step("deploy.execute_deploy_step", "deploy_version", step, node, ports, versions);
    }

    /**
     * Runs a clean step; takes seconds to hours, so it is not waited for.
     *
     * @param step one of the agent's clean steps
     * @param versions the hardware managers' versions, from {@link HardwareSteps}
     */
    public static AgentCommand clean(
            HardwareSteps.Step step, AgentNode node, List<AgentPort> ports, Map<String, String> versions) {
        ObjectNode json = AgentJson.object();
        json.put("step", step.name());
        json.put("priority", step.priority());
        json.put("interface", step.interfaceName());
        json.put("reboot_requested", false);
        json.put("abortable", true);
        json.put("requires_ramdisk", true);
        return step("clean.execute_clean_step", "clean_version", json, node, ports, versions);
    }

    /**
     * Makes the firmware of a UEFI machine boot from the disk that was written: the agent finds the boot loaders on its EFI system
     * partition and enters them into the firmware's boot entries. Takes seconds, so it is not waited for.
     */
    public static AgentCommand installUefiBootloader() {
        ObjectNode params = AgentJson.object();
        params.putNull("root_uuid");
        params.putNull("efi_system_part_uuid");
        params.putNull("prep_boot_part_uuid");
        params.put("target_boot_mode", "uefi");
        return new AgentCommand("image.install_bootloader", params);
    }

    /** Requests the UUIDs of the partitions of the image written last; done at once. */
    public static AgentCommand getPartitionUuids() {
        return new AgentCommand("standby.get_partition_uuids", AgentJson.object());
    }

    /**
     * Gives the user of the rescue system a password; done at once. The agent then ends, and the ramdisk becomes the rescue
     * system.
     *
     * @param passwordHash the password's hash, in the form of crypt(3)
     */
    public static AgentCommand finalizeRescue(String passwordHash) {
        ObjectNode params = AgentJson.object();
        params.put("rescue_password", passwordHash);
        params.put("hashed", true);
        return new AgentCommand("rescue.finalize_rescue", params);
    }

    /** Requests the hardware that the agent finds in its machine: interfaces, processors, memory, disks; takes seconds. */
    public static AgentCommand getHardwareInfo() {
        return new AgentCommand("poll.get_hardware_info", AgentJson.object());
    }

    /** Flushes all written data to the disks; done at once. */
    public static AgentCommand sync() {
        return new AgentCommand("standby.sync", AgentJson.object());
    }

    /** Turns the machine off; the agent answers, and stops a few seconds later. */
    public static AgentCommand powerOff() {
        return new AgentCommand("standby.power_off", AgentJson.object());
    }

    /** The command's full name, {@code extension.command}. */
    public String name() {
        return name;
    }

    /** The request's body. */
    String body() {
        ObjectNode body = AgentJson.object();
        body.put("name", name);
        body.set("params", params);
        return body.toString();
    }

    @Override
    public String toString() {
        return "AgentCommand[" + name + "]";
    }

    private static AgentCommand step(
            String command,
            String versionKey,
            ObjectNode step,
            AgentNode node,
            List<AgentPort> ports,
            Map<String, String> versions) {
        ObjectNode params = AgentJson.object();
        params.set("step", step);
        params.setAll(nodeAndPorts(node, ports));
        params.set(versionKey, AgentJson.tree(versions));
        return new AgentCommand(command, params);
    }

    private static ObjectNode nodeAndPorts(AgentNode node, List<AgentPort> ports) {
        ObjectNode params = AgentJson.object();
        params.set("node", node.parameterJson());
        ArrayNode list = params.putArray("ports");
        ports.forEach(port -> list.add(port.json()));
        return params;
    }
}
