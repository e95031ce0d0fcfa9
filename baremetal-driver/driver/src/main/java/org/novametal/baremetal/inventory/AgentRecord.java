package org.novametal.baremetal.inventory;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.novametal.driver.model.Secret;

/**
 * What the store keeps of the deploy ramdisk that runs on a node since its last power-on.
 *
 * @param node the node's UUID
 * @param token the token that agent and driver share
 * @param callbackUrl where the agent takes commands; absent until its first heartbeat
 * @param certificate the agent's certificate, PEM; absent until its first heartbeat
 * @param agentVersion the agent's own version; absent until its first heartbeat
 * @param heartbeatAt when it was last heard; absent until its first heartbeat
 */
public record AgentRecord(
        UUID node,
        Secret token,
        Optional<URI> callbackUrl,
        Optional<String> certificate,
        Optional<String> agentVersion,
        Optional<Instant> heartbeatAt) {}
