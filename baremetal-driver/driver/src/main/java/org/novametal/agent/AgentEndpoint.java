package org.novametal.agent;

import java.net.URI;
import java.util.Objects;

/**
 * How a booted agent is reached. It prints without token and certificate.
 *
 * @param url the agent's own, {@code https://ADDRESS:PORT}
 * @param certificate the agent's certificate, PEM; the only one that is believed
 * @param token the token that it was given
 */
public record AgentEndpoint(URI url, String certificate, AgentToken token) {
    /** Checks that it is reached by TLS. */
    public AgentEndpoint {
        Objects.requireNonNull(certificate, "certificate");
        Objects.requireNonNull(token, "token");
        if (!"https".equals(url.getScheme()) || url.getHost() == null || url.getRawQuery() != null) {
            throw new IllegalArgumentException("an agent is reached at https://ADDRESS:PORT, not at " + url);
        }
    }

    @Override
    public String toString() {
        return "AgentEndpoint[" + url + "]";
    }
}
