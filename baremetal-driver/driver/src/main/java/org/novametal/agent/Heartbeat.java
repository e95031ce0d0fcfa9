package org.novametal.agent;

import java.net.URI;
import java.util.Objects;

/**
 * A sign of life of an agent. It prints without token and certificate.
 *
 * @param callbackUrl where it takes commands, {@code https://ADDRESS:PORT}
 * @param token the token that it claims to have
 * @param agentVersion its version
 * @param certificate its certificate, PEM
 */
public record Heartbeat(URI callbackUrl, AgentToken token, String agentVersion, String certificate) {
    /** Checks that all is there. */
    public Heartbeat {
        Objects.requireNonNull(callbackUrl, "callbackUrl");
        Objects.requireNonNull(token, "token");
        Objects.requireNonNull(agentVersion, "agentVersion");
        Objects.requireNonNull(certificate, "certificate");
    }

    /** How this agent is reached, once its token was found to be right. */
    public AgentEndpoint endpoint() {
        return new AgentEndpoint(callbackUrl, certificate, token);
    }

    @Override
    public String toString() {
        return "Heartbeat[" + callbackUrl + ", agent " + agentVersion + "]";
    }
}
