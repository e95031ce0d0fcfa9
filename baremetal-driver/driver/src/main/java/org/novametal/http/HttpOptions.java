package org.novametal.http;

import java.time.Duration;
import java.util.Objects;

/**
 * The limits of the HTTP server. Each client is taken to be hostile: whatever it sends or does not send, it holds a bounded
 * part of the server for a bounded time.
 *
 * @param bodies limits for request bodies
 * @param connections limits for connections and requests
 * @param transfers limits for files that are sent
 * @param closeTimeout how long {@link HttpService#close()} waits for running handlers
 */
public record HttpOptions(
        BodyLimits bodies, ConnectionLimits connections, TransferLimits transfers, Duration closeTimeout) {
    /** The usual limits; see each record's {@code DEFAULTS}. */
    public static final HttpOptions DEFAULTS = new HttpOptions(
            BodyLimits.DEFAULTS, ConnectionLimits.DEFAULTS, TransferLimits.DEFAULTS, Duration.ofSeconds(5));

    /**
     * Limits for request bodies, beside the limit that each {@link Route} sets for its own.
     *
     * @param maxBytesInAll how many bytes of bodies are held in memory at once, of all requests; a body beyond it is answered
     *     with 503
     * @param timeout how long a body may take to arrive; a slower one is answered with 408
     * @param grace how long a body may arrive at any rate
     * @param minBytesPerSecond the least rate, after the grace; a slower body is answered with 408
     */
    public record BodyLimits(long maxBytesInAll, Duration timeout, Duration grace, int minBytesPerSecond) {
        /** 16 MiB in all, 30 s, after 5 s at least 1 KiB a second. */
        public static final BodyLimits DEFAULTS =
                new BodyLimits(16 << 20, Duration.ofSeconds(30), Duration.ofSeconds(5), 1024);

        /** Checks the limits. */
        public BodyLimits {
            requirePositive("bytes of bodies in all", maxBytesInAll);
            requirePositive("body timeout", timeout);
            requirePositive("body grace", grace);
            requirePositive("bytes of a body per second", minBytesPerSecond);
        }
    }

    /**
     * Limits for connections and requests.
     *
     * @param max how many connections are open at once. At the limit a new connection replaces the oldest one of an address
     *     that is not known
     * @param maxPerAddress how many of them may come from one address. At the limit a new connection replaces the address's
     *     oldest one
     * @param headerTimeout how long after the connection was opened, or the last answer was sent, the header of the next
     *     request may take to arrive completely
     * @param idleTimeout how long a connection may transfer no byte, in either direction, before it is closed
     * @param maxRequestsPerSecond how many requests of one address are answered per second, on average over two seconds;
     *     further ones are answered with 429, and their connection is closed
     */
    public record ConnectionLimits(
            int max, int maxPerAddress, Duration headerTimeout, Duration idleTimeout, int maxRequestsPerSecond) {
        /** 5,000 connections, 200 for one address, 30 s for a header, 60 s idle, 100 requests a second. */
        public static final ConnectionLimits DEFAULTS =
                new ConnectionLimits(5_000, 200, Duration.ofSeconds(30), Duration.ofSeconds(60), 100);

        /** Checks the limits. */
        public ConnectionLimits {
            requirePositive("connections", max);
            requirePositive("connections per address", maxPerAddress);
            requirePositive("header timeout", headerTimeout);
            requirePositive("idle timeout", idleTimeout);
            requirePositive("requests per second", maxRequestsPerSecond);
        }
    }

    /**
     * Limits for files that are sent. Each transfer has one buffer of 64 KiB, whatever its client reads.
     *
     * @param max how many files are sent at once. At the limit a new transfer replaces the one of an address that is not known
     *     whose client has not read for the longest time, if it has not read for a second; else it is answered with 503
     * @param maxPerAddress how many of them may go to one address; at the limit likewise, among those of that address
     * @param minBytesPerSecond the least rate; a slower transfer is cut
     * @param rateWindow the time over which the rate is measured
     * @param fileThreads the platform threads that read files
     */
    public record TransferLimits(
            int max, int maxPerAddress, int minBytesPerSecond, Duration rateWindow, int fileThreads) {
        /** 500 transfers, 32 to one address, at least 16 KiB a second over a minute, two file threads. */
        public static final TransferLimits DEFAULTS = new TransferLimits(500, 32, 16 << 10, Duration.ofSeconds(60), 2);

        /** Checks the limits. */
        public TransferLimits {
            requirePositive("transfers", max);
            requirePositive("transfers per address", maxPerAddress);
            requirePositive("bytes of a transfer per second", minBytesPerSecond);
            requirePositive("rate window", rateWindow);
            requirePositive("file threads", fileThreads);
        }
    }

    /** Checks the limits. */
    public HttpOptions {
        Objects.requireNonNull(bodies, "bodies");
        Objects.requireNonNull(connections, "connections");
        Objects.requireNonNull(transfers, "transfers");
        requirePositive("close timeout", closeTimeout);
    }

    private static void requirePositive(String what, long value) {
        if (value < 1) {
            throw new IllegalArgumentException("the HTTP limit of " + what + " must be more than zero, not " + value);
        }
    }

    private static void requirePositive(String what, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException("the HTTP " + what + " must be more than zero, not " + value);
        }
    }
}
