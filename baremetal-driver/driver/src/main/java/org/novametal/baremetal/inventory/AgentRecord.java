package org.novametal.baremetal.inventory;

import java.net.URI;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.novametal.driver.model.Secret;

/**
 * The stored record of the deploy ramdisk that has run on a node since the node's last power-on.
 *
 * @param node the node's UUID
 * @param token the token that agent and driver share
 * @param callbackUrl the URL for commands to the agent; absent until its first heartbeat
 * @param certificate the agent's certificate, PEM; absent until its first heartbeat
 * @param agentVersion the agent's version; absent until its first heartbeat
 * @param heartbeatAt the time of the agent's last heartbeat; absent until its first heartbeat
 */
public record AgentRecord(
        UUID node,
        Secret token,
        Optional<URI> callbackUrl,
        Optional<String> certificate,
        Optional<String> agentVersion,
        Optional<Instant> heartbeatAt) {}
