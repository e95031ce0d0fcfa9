package org.novametal.http;

import java.time.Duration;

/**
 * The limits of the HTTP server.
 *
 * @param maxBodyBytes the longest request body; a longer one is answered with 413
 * @param bodyTimeout how long a request's body may take to arrive; a slower one is answered with 408
 * @param idleTimeout how long a connection may transfer no byte, in either direction, before it is closed
 * @param maxConnections how many connections are open at once; further ones wait to be accepted
 * @param fileThreads the platform threads that read files
 * @param closeTimeout how long {@link HttpService#close()} waits for running handlers
 */
public record HttpOptions(
        int maxBodyBytes,
        Duration bodyTimeout,
        Duration idleTimeout,
        int maxConnections,
        int fileThreads,
        Duration closeTimeout) {
    /** 4 MiB bodies within 30 s, 60 s idle, 10,000 connections, two file threads, 5 s to close. */
    public static final HttpOptions DEFAULTS =
            new HttpOptions(4 << 20, Duration.ofSeconds(30), Duration.ofSeconds(60), 10_000, 2, Duration.ofSeconds(5));

    /** Checks that every limit is positive. */
    public HttpOptions {
        if (maxBodyBytes < 1 || maxConnections < 1 || fileThreads < 1) {
            throw new IllegalArgumentException("HTTP limits must be more than zero: body " + maxBodyBytes
                    + " bytes, connections " + maxConnections + ", file threads " + fileThreads);
        }
        for (Duration limit : new Duration[] {bodyTimeout, idleTimeout, closeTimeout}) {
            if (limit.isNegative() || limit.isZero()) {
                throw new IllegalArgumentException("HTTP time limits must be more than zero: body " + bodyTimeout
                        + ", idle " + idleTimeout + ", close " + closeTimeout);
            }
        }
    }
}
