package org.novametal.agent;

import java.net.URI;
import java.util.Objects;

/**
 * A heartbeat of an agent. {@code toString()} omits token and certificate.
 *
 * @param callbackUrl where the agent accepts commands, {@code https://ADDRESS:PORT}
 * @param token the token that the agent sent, not yet verified
 * @param agentVersion the agent's version
 * @param certificate the agent's certificate, PEM
 */
public record Heartbeat(URI callbackUrl, AgentToken token, String agentVersion, String certificate) {
    /** Checks that nothing is null. */
    public Heartbeat {
        Objects.requireNonNull(callbackUrl, "callbackUrl");
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(agentVersion, "agentVersion");
        Objects.requireNonNull(certificate, "certificate");
    }

    /** The agent's endpoint; use it only after the token was verified. */
    public AgentEndpoint endpoint() {
        return new AgentEndpoint(callbackUrl, certificate, token);
    }

    @Override
    public String toString() {
        return "Heartbeat[" + callbackUrl + ", agent " + agentVersion + "]";
    }
}
