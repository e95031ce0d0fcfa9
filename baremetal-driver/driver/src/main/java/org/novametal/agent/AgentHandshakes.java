package org.novametal.agent;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import org.novametal.http.RefusalLog;
import org.novametal.text.ForeignText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The latest failed TLS handshake of each address with the agent API: an agent that does not trust the API's certificate sends
 * nothing else. Kept in memory only, because agents try again. Bounded: addresses that are not seen for an hour, or beyond
 * {@value #MAX_ADDRESSES}, are forgotten. Safe for several threads; never blocks.
 */
public final class AgentHandshakes {
    private static final Logger LOG = LoggerFactory.getLogger(AgentHandshakes.class);
    private static final int MAX_ADDRESSES = 1000;
    private static final Duration KEPT = Duration.ofHours(1);

    private final InstantSource clock;
    private final RefusalLog refusals = new RefusalLog(LOG);
    private final Cache<InetAddress, Failure> failures = CacheBuilder.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterWrite(KEPT)
            .build();

    /**
     * A failed handshake.
     *
     * @param at when it failed
     * @param reason one line that can be logged
     */
    public record Failure(Instant at, String reason) {}

    /** Remembers nothing yet. */
    public AgentHandshakes(InstantSource clock) {
        this.clock = clock;
    }

    /** Records and logs a failed handshake. */
    public void failed(InetAddress sender, Throwable cause) {
        String reason = ForeignText.line(Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
        refusals.warn("TLS handshake of {} with the agent API failed: {}", sender.getHostAddress(), reason);
        failures.put(sender, new Failure(clock.instant(), reason));
    }

    /** The latest failed handshake of an address, if one is known. */
    public Optional<Failure> latest(InetAddress sender) {
        return Optional.ofNullable(failures.getIfPresent(sender));
    }
}
