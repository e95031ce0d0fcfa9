package org.novametal.baremetal.step;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.novametal.agent.AgentClient;
import org.novametal.agent.AgentCommand;
import org.novametal.agent.AgentEndpoint;
import org.novametal.agent.AgentException;
import org.novametal.agent.AgentNode;
import org.novametal.agent.AgentPort;
import org.novametal.agent.AgentToken;
import org.novametal.agent.CommandResult;
import org.novametal.agent.HardwareSteps;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.FailureCause;
import org.novametal.baremetal.step.StepResult.Failed;
import org.novametal.baremetal.step.StepResult.Wait;
import org.novametal.baremetal.step.StepResult.WaitFor;
import org.novametal.bmc.BootOverride.BootFirmware;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The deploy ramdisk that runs on a node, as steps use it: one long command at a time, whose id is stored, so that after a
 * crash the command is found again instead of being sent twice.
 */
public final class Ramdisk {
    private static final Logger LOG = LoggerFactory.getLogger(Ramdisk.class);

    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    /**
     * Errors after which a command is sent again: a download may fail because this host died during it, not because of the
     * image or the node.
     */
    private static final Set<String> PASSING_FAILURES = Set.of("ImageDownloadError");

    private static final int TRIES = 3;

    /** The commands that are not waited for, as the agent names them; only one of them is sent at a time. */
    private static final Set<String> LONG_COMMANDS =
            Set.of("execute_deploy_step", "execute_clean_step", "install_bootloader");

    private final AgentClient client;
    private final Duration pollInterval;

    /**
     * Creates the access to ramdisks.
     *
     * @param pollInterval how often the state of a running command is polled between heartbeats
     */
    public Ramdisk(AgentClient client, Duration pollInterval) {
        this.client = client;
        this.pollInterval = pollInterval;
    }

    /** Sends a short command and waits for its end. */
    public CommandResult ask(StepContext context, AgentCommand command) {
        return client.execute(requireEndpoint(context), command, AgentClient.Wait.UNTIL_DONE);
    }

    /**
     * Sends a long command once, and waits for its end over repeated calls.
     *
     * @param key under which its id is stored
     * @param command makes the command, from the steps that the ramdisk has; empty when it lacks the step
     */
    public StepResult seeThrough(
            StepContext context,
            String key,
            AgentCommand stepsQuestion,
            Function<HardwareSteps, Optional<AgentCommand>> command) {
        return seeThrough(context, key, stepsQuestion, command, _ -> Optional.empty());
    }

    /**
     * As {@link #seeThrough(StepContext, String, AgentCommand, Function)}, with another result than failure where there is one.
     *
     * @param remedy asked when the command failed and is not sent again; empty: the step fails
     */
    public StepResult seeThrough(
            StepContext context,
            String key,
            AgentCommand stepsQuestion,
            Function<HardwareSteps, Optional<AgentCommand>> command,
            Function<CommandResult.Failure, Optional<StepResult>> remedy) {
        String idKey = OnRamdisk.keyOfThisBoot(context, key + ".command");
        Optional<String> id = context.recall(idKey).filter(text -> !text.isEmpty());
        if (id.isEmpty()) {
            return send(context, key, idKey, stepsQuestion, command, remedy);
        }
        Optional<CommandResult> result = client.read(requireEndpoint(context), id.get());
        if (result.isEmpty()) {
            return new Failed(
                    FailureCause.RAMDISK,
                    key + " on " + context.node().name() + ": the ramdisk does not know its command " + id.get()
                            + " any more, so it has rebooted unexpectedly; see the node's console");
        }
        return judge(context, key, idKey, result.get(), remedy);
    }

    private StepResult send(
            StepContext context,
            String key,
            String idKey,
            AgentCommand stepsQuestion,
            Function<HardwareSteps, Optional<AgentCommand>> command,
            Function<CommandResult.Failure, Optional<StepResult>> remedy) {
        CommandResult answer;
        try {
            answer = ask(context, stepsQuestion);
        } catch (AgentException e) {
            // A command whose id was lost keeps the agent busy: it is continued, not sent again.
            Optional<CommandResult> running = e.reason() == AgentException.Reason.BUSY
                    ? sent(
                            context,
                            found -> found.status() == CommandResult.Status.RUNNING
                                    && LONG_COMMANDS.contains(found.name()))
                    : Optional.empty();
            return continued(context, key, idKey, running.orElseThrow(() -> e), remedy);
        }
        if (answer.status() != CommandResult.Status.SUCCEEDED) {
            return new Failed(
                    FailureCause.RAMDISK,
                    key + " on " + context.node().name() + ": the ramdisk did not list its steps: " + answer);
        }
        Optional<AgentCommand> order = command.apply(HardwareSteps.of(answer));
        if (order.isEmpty()) {
            return new Failed(
                    FailureCause.RAMDISK,
                    key + " on " + context.node().name() + ": the ramdisk has no such step; use a ramdisk that has it");
        }
        if (context.sinceTakeover().isPresent()) {
            // The process before may have ended between the command and the storing of its id.
            String name = order.get().name();
            Optional<CommandResult> done = sent(
                    context,
                    found -> found.status() == CommandResult.Status.SUCCEEDED && name.endsWith("." + found.name()));
            if (done.isPresent()) {
                return continued(context, key, idKey, done.get(), remedy);
            }
        }
        CommandResult begun = client.execute(requireEndpoint(context), order.get(), AgentClient.Wait.NOT_AT_ALL);
        context.remember(idKey, begun.id());
        return judge(context, key, idKey, begun, remedy);
    }

    private StepResult continued(
            StepContext context,
            String key,
            String idKey,
            CommandResult found,
            Function<CommandResult.Failure, Optional<StepResult>> remedy) {
        LOG.info(
                "node {}: command {} was sent before and is continued",
                context.node().name(),
                found);
        context.remember(idKey, found.id());
        return judge(context, key, idKey, found, remedy);
    }

    /** The newest command of this kind that this boot of the ramdisk was sent; empty too if the agent cannot list its commands. */
    private Optional<CommandResult> sent(StepContext context, Predicate<CommandResult> kind) {
        try {
            return client.list(requireEndpoint(context)).stream().filter(kind).reduce((_, later) -> later);
        } catch (AgentException e) {
            if (e.reason() != AgentException.Reason.REFUSED && e.reason() != AgentException.Reason.PROTOCOL) {
                throw e;
            }
            LOG.info("node {}: {}", context.node().name(), e.getMessage());
            return Optional.empty();
        }
    }

    private StepResult judge(
            StepContext context,
            String key,
            String idKey,
            CommandResult result,
            Function<CommandResult.Failure, Optional<StepResult>> remedy) {
        return switch (result.status()) {
            case RUNNING -> new Wait(WaitFor.RAMDISK, pollInterval, "the ramdisk to end " + result.name());
            case SUCCEEDED -> StepResult.DONE;
            case FAILED -> failed(context, key, idKey, result, remedy);
            case CLEAN_VERSION_MISMATCH -> {
                // The ramdisk's hardware managers changed since it listed its steps: request the list again.
                context.remember(idKey, "");
                yield new Wait(WaitFor.TIME, RETRY_AFTER, "the ramdisk's list of steps to stay the same");
            }
        };
    }

    private static StepResult failed(
            StepContext context,
            String key,
            String idKey,
            CommandResult result,
            Function<CommandResult.Failure, Optional<StepResult>> remedy) {
        String why = result.error()
                .map(error -> error.type() + ": " + error.message() + " " + error.details())
                .orElse("it gave no reason");
        String triesKey = OnRamdisk.keyOfThisBoot(context, key + ".tries");
        int tries = context.recall(triesKey).map(Integer::parseInt).orElse(0) + 1;
        boolean passing = result.error()
                .map(error -> PASSING_FAILURES.contains(error.type()))
                .orElse(false);
        if (passing && tries < TRIES) {
            context.remember(triesKey, Integer.toString(tries));
            context.remember(idKey, "");
            return new Wait(WaitFor.TIME, RETRY_AFTER, "the ramdisk to repeat the command after " + why);
        }
        return result.error()
                .flatMap(remedy)
                .orElseGet(() -> new Failed(
                        FailureCause.RAMDISK,
                        key + " on " + context.node().name() + " failed in the ramdisk"
                                + (tries > 1 ? " " + tries + " times" : "") + ": " + why));
    }

    /**
     * The ramdisk's view of the node. The hints in it decide which disk is written, and which disk's boot loader is entered
     * into the firmware.
     */
    public static AgentNode node(NodeRecord node) {
        NodeRecord.Hardware hardware = node.hardware();
        Map<String, Object> properties = new HashMap<>();
        properties.put("cpu_arch", hardware.cpuArch());
        properties.put("cpus", hardware.vcpus());
        properties.put("memory_mb", hardware.memoryMb());
        properties.put("local_gb", hardware.localGb());
        properties.put("capabilities", "boot_mode:" + bootMode(node));
        if (!hardware.rootDevice().isAny()) {
            properties.put("root_device", hardware.rootDevice().toAgent());
        }
        return new AgentNode(
                node.uuid(),
                properties,
                Map.of(),
                Map.of("agent_erase_devices_iterations", 1, "agent_erase_devices_zeroize", true));
    }

    /** The name of the node, without its hardware. */
    public static AgentNode nameOnly(NodeRecord node) {
        return new AgentNode(node.uuid(), Map.of(), Map.of(), Map.of());
    }

    /**
     * The node's boot mode in the words of Nova and of the ramdisk, {@code bios} or {@code uefi}. A node without a boot mode
     * counts as {@code bios}, as it does for the ramdisk.
     */
    public static String bootMode(NodeRecord node) {
        return bootsByUefi(node) ? "uefi" : "bios";
    }

    /** Whether the node's boot mode is UEFI. */
    public static boolean bootsByUefi(NodeRecord node) {
        return node.settings().bootMode() == BootFirmware.UEFI;
    }

    /** The ramdisk's view of the node's ports. */
    public static List<AgentPort> ports(StepContext context) {
        return context.ports().stream()
                .map(port -> new AgentPort(
                        port.uuid(),
                        port.mac(),
                        port.isPxeEnabled() ? AgentPort.NetworkBoot.ENABLED : AgentPort.NetworkBoot.DISABLED))
                .toList();
    }

    private static AgentEndpoint requireEndpoint(StepContext context) {
        AgentRecord agent = context.agent()
                .filter(record ->
                        record.callbackUrl().isPresent() && record.certificate().isPresent())
                .orElseThrow(() -> new IllegalStateException("no heartbeat of a ramdisk was received from node "
                        + context.node().name()));
        return new AgentEndpoint(
                agent.callbackUrl().orElseThrow(),
                agent.certificate().orElseThrow(),
                AgentToken.of(agent.token().reveal()));
    }
}
