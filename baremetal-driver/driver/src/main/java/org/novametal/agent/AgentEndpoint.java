package org.novametal.agent;

import java.net.URI;
import java.util.Objects;

/**
 * The URL, certificate and token of a booted agent. {@code toString()} omits token and certificate.
 *
 * @param url the agent's URL, {@code https://ADDRESS:PORT}
 * @param certificate the agent's certificate, PEM; the only one that is trusted
 * @param token the token that the agent was given
 */
public record AgentEndpoint(URI url, String certificate, AgentToken token) {
    /** Checks that the URL is an HTTPS URL without a query. */
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
