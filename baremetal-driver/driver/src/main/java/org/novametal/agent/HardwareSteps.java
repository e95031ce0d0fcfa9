package org.novametal.agent;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The steps of an agent's hardware managers, and the managers' versions, which must be sent with every step.
 *
 * @param steps the steps, as the agent listed them
 * @param versions version by hardware manager
 */
public record HardwareSteps(List<Step> steps, Map<String, String> versions) {
    /**
     * A step that an agent can run.
     *
     * @param name such as {@code erase_devices_metadata}
     * @param interfaceName such as {@code deploy} or {@code raid}
     * @param priority the order in automated cleaning, highest first; a step with priority 0 does not run automatically
     */
    public record Step(String name, String interfaceName, int priority) {}

    /** Copies the collections. */
    public HardwareSteps {
        steps = List.copyOf(steps);
        versions = Map.copyOf(versions);
    }

    /**
     * Reads the result of {@link AgentCommand#getDeploySteps} or {@link AgentCommand#getCleanSteps}.
     *
     * @throws AgentException PROTOCOL when it is not such a result
     */
    public static HardwareSteps of(CommandResult result) {
        JsonNode body = result.result();
        JsonNode managers = body.path("deploy_steps").isObject() ? body.path("deploy_steps") : body.path("clean_steps");
        JsonNode versions = body.path("hardware_manager_version");
        if (!managers.isObject() || !versions.isObject()) {
            throw new AgentException(
                    AgentException.Reason.PROTOCOL,
                    result.name() + " answered " + result.status() + " without steps and hardware_manager_version");
        }
        List<Step> steps = new ArrayList<>();
        for (JsonNode manager : managers) {
            for (JsonNode step : manager) {
                steps.add(new Step(
                        step.path("step").asText(),
                        step.path("interface").asText(),
                        step.path("priority").asInt()));
            }
        }
        Map<String, String> byManager = new HashMap<>();
        versions.properties()
                .forEach(version ->
                        byManager.put(version.getKey(), version.getValue().asText()));
        return new HardwareSteps(steps, byManager);
    }

    /** The step of that name on interface {@code deploy}. */
    public Optional<Step> deployStep(String name) {
        return steps.stream()
                .filter(step -> step.name().equals(name) && step.interfaceName().equals("deploy"))
                .findFirst();
    }
}
