package org.novametal.openstack;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * How one OpenStack service is reached. The parts are those of keystoneauth's options, so that they can be read from a
 * section that other OpenStack services have too.
 *
 * @param identity where tokens come from; empty for a service without authentication, which needs an {@code override}
 * @param endpoint which endpoint of the service is used
 * @param connection TLS and limits of each call
 */
public record ServiceOptions(Optional<Identity> identity, Endpoint endpoint, Connection connection) {
    /** Checks that the service can be found. */
    public ServiceOptions {
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(connection, "connection");
        if (identity.isEmpty() && endpoint.override().isEmpty()) {
            throw new IllegalArgumentException("without an identity there is no catalog, so give the endpoint's URL");
        }
    }

    /**
     * Where tokens come from.
     *
     * @param authUrl Keystone's URL, with or without {@code /v3} at its end
     * @param credentials the service's own credentials
     */
    public record Identity(URI authUrl, KeystoneCredentials credentials) {
        /** Checks that nothing is null. */
        public Identity {
            Objects.requireNonNull(authUrl, "authUrl");
            Objects.requireNonNull(credentials, "credentials");
        }
    }

    /**
     * Which endpoint of the catalog is used.
     *
     * @param serviceType the type in the catalog, such as {@code image}
     * @param serviceName the name in the catalog, when several services have that type
     * @param interfaces {@code internal}, {@code public}, {@code admin}, by preference
     * @param region the region; empty: the first one in the catalog, as keystoneauth does
     * @param override the service's URL, used instead of the catalog
     */
    public record Endpoint(
            String serviceType,
            Optional<String> serviceName,
            List<String> interfaces,
            Optional<String> region,
            Optional<URI> override) {
        /** Copies the interfaces. */
        public Endpoint {
            Objects.requireNonNull(serviceType, "serviceType");
            Objects.requireNonNull(serviceName, "serviceName");
            interfaces = List.copyOf(interfaces);
            Objects.requireNonNull(region, "region");
            Objects.requireNonNull(override, "override");
        }
    }

    /** Whether the certificates of servers are verified. */
    public enum Verification {
        /** They are. */
        ON,
        /** They are not: anybody in between can read and change all traffic. */
        OFF
    }

    /**
     * TLS and limits.
     *
     * @param caFile the certificates of the CAs that are trusted, PEM; empty: those of the Java runtime
     * @param verification whether the certificates of servers are verified
     * @param timeout how long one call may take in all, except for a download of an image
     * @param retries how often a call is tried again when the service does not answer or is not ready
     * @param retryDelay how long to wait before the first of these tries; each further one waits twice as long
     */
    public record Connection(
            Optional<Path> caFile, Verification verification, Duration timeout, int retries, Duration retryDelay) {
        /** Checks the limits. */
        public Connection {
            Objects.requireNonNull(caFile, "caFile");
            Objects.requireNonNull(verification, "verification");
            if (!timeout.isPositive() || !retryDelay.isPositive() || retries < 0) {
                throw new IllegalArgumentException(
                        "limits out of range: " + timeout + ", " + retries + " retries, " + retryDelay);
            }
        }
    }
}
