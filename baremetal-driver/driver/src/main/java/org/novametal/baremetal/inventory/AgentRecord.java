package org.novametal.baremetal.inventory;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.novametal.driver.model.Secret;

/**
 * The stored record of the deploy ramdisk that runs on a node since its last power-on.
 *
 * @param node the node's UUID
 * @param token the token that agent and driver share
 * @param callbackUrl the URL for commands to the agent; absent until its first heartbeat
 * @param certificate the agent's certificate, PEM; absent until its first heartbeat
 * @param agentVersion the agent's own version; absent until its first heartbeat
 * @param heartbeatAt the time of its last heartbeat; absent until its first
 */
public record AgentRecord(
        UUID node,
        Secret token,
        Optional<URI> callbackUrl,
        Optional<String> certificate,
        Optional<String> agentVersion,
        Optional<Instant> heartbeatAt) {}
