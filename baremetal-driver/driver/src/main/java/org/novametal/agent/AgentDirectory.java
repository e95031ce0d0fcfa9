package org.novametal.agent;

import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Who knows the nodes that agents call for. Called on the HTTP server's virtual threads, several at once; it may block, but
 * an agent waits for the answer.
 */
public interface AgentDirectory {
    /**
     * Finds the node that an agent runs on, and decides about the token: a fresh one at the first lookup after a power-on
     * (a new agent that gets {@link LookupAnswer.TokenGrant.Withheld} locks itself), the same one or none later. Agents look
     * up again in the middle of a deploy or clean, so this has to stay allowed then.
     *
     * @param macs the agent's MAC addresses, lower case with colons; may be empty where the node is named
     * @param nodeUuid the node, where the agent knows it
     * @return empty where there is no such node, or where no agent is expected there now
     */
    Optional<LookupAnswer> lookup(List<String> macs, Optional<UUID> nodeUuid);

    /**
     * Takes note that an agent lives, or that its command has ended.
     *
     * @param node the node that it names
     * @param heartbeat where it is; its token is to be compared with the node's by {@link AgentToken#equals}
     */
    HeartbeatOutcome heartbeat(UUID node, Heartbeat heartbeat);
}
