package org.novametal.agent;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * The answer to an agent that looks its node up.
 *
 * @param node the agent's node
 * @param token whether the agent is given its token
 * @param heartbeatTimeout the longest time between two heartbeats; the agent sends one after 0.3 to 0.6 of it
 */
public record LookupAnswer(AgentNode node, TokenGrant token, Duration heartbeatTimeout) {
    /** Whether an agent is given its token. */
    public sealed interface TokenGrant {
        /** The agent is given this token. */
        record Given(AgentToken token) implements TokenGrant {}

        /** The token was given before; an agent that does not have it locks itself down. */
        record Withheld() implements TokenGrant {}
    }

    /** Checks that nothing is null and that the timeout is at least one second. */
    public LookupAnswer {
        Objects.requireNonNull(node, "node");
        Objects.requireNonNull(token, "token");
        if (heartbeatTimeout.toSeconds() < 1) {
            throw new IllegalArgumentException(
                    "an agent needs a heartbeat timeout of a second or more, not " + heartbeatTimeout);
        }
    }

    /** The document as Ironic 39 writes it: images are verified by SHA-2, TLS is at least 1.3. */
    ObjectNode json() {
        ObjectNode answer = AgentJson.object();
        answer.set("node", node.lookupJson());
        ObjectNode config = answer.putObject("config");
        config.putObject("metrics")
                .put("backend", "noop")
                .put("prepend_host", false)
                .put("prepend_uuid", false)
                .put("prepend_host_reverse", true)
                .putNull("global_prefix");
        config.putObject("metrics_statsd").put("statsd_host", "localhost").put("statsd_port", 8125);
        config.put("heartbeat_timeout", heartbeatTimeout.toSeconds());
        ObjectNode containers = config.putObject("agent_containers");
        containers.put("allow_arbitrary_containers", false);
        containers.putArray("allowed_containers");
        containers.put("container_steps_file", "/etc/ironic-python-agent.d/mysteps.yaml");
        containers.put("runner", "podman");
        containers.putArray("pull_options");
        containers.putArray("run_options").add("--rm").add("--network=host");
        config.put(
                "agent_token",
                switch (token) {
                    case TokenGrant.Given(AgentToken given) -> given.reveal();
                    case TokenGrant.Withheld ignored -> AgentJson.MASK;
                });
        config.put("agent_token_required", true);
        config.put("agent_md5_checksum_enable", false);
        config.put("disable_deep_image_inspection", false);
        config.set("permitted_image_formats", AgentJson.tree(List.of("raw", "gpt", "qcow2", "iso")));
        config.put("agent_skip_bmc_detect", false);
        config.put("enable_bios_bootloader_install", false);
        config.put("tls_min_version", "1.3");
        config.putNull("tls_cipher_suites");
        return answer;
    }
}
