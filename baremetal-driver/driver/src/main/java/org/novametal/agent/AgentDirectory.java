package org.novametal.agent;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Finds the nodes of calling agents and receives their heartbeats. Called concurrently on the HTTP server's virtual threads;
 * it may block, but an agent waits for the answer.
 */
public interface AgentDirectory {
    /**
     * Finds the node that an agent runs on, and decides whether the answer contains the token. An agent that has none from its
     * kernel line, and gets {@link LookupAnswer.TokenGrant.Withheld}, locks itself down. Agents repeat the lookup in the middle
     * of a deploy or clean, so it must be answered then too.
     *
     * @param sender the address that the request comes from
     * @param macs the agent's MAC addresses, lower case with colons; may be empty when {@code nodeUuid} is present
     * @param nodeUuid the node, if the agent knows it
     * @return empty when there is no such node, or when no agent is expected there now or at that address
     */
    Optional<LookupAnswer> lookup(InetAddress sender, List<String> macs, Optional<UUID> nodeUuid);

    /**
     * Records that an agent is alive, or that its command has ended.
     *
     * @param sender the address that the request comes from; the host of the agent's URL
     * @param node the node that the agent names
     * @param heartbeat the agent's address and token; compare the token with the node's by {@link AgentToken#equals}
     */
    HeartbeatOutcome heartbeat(InetAddress sender, UUID node, Heartbeat heartbeat);
}
