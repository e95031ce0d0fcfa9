package org.novametal.agent;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongSupplier;
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

    private final LongSupplier nanoTime;
    private final RefusalLog refusals = new RefusalLog(LOG);
    private final Cache<InetAddress, Failed> failures = CacheBuilder.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterWrite(KEPT)
            .build();

    /**
     * A failed handshake.
     *
     * @param age how long ago it failed
     * @param reason one line that can be logged
     */
    public record Failure(Duration age, String reason) {}

    private record Failed(long atNanos, String reason) {}

    /**
     * Remembers nothing yet.
     *
     * @param nanoTime monotonic nanoseconds
     */
    public AgentHandshakes(LongSupplier nanoTime) {
        this.nanoTime = nanoTime;
    }

    /** Records and logs a failed handshake. */
    public void failed(InetAddress sender, Throwable cause) {
        String reason = ForeignText.line(Objects.requireNonNullElse(cause.getMessage(), cause.toString()));
        refusals.warn("TLS handshake of {} with the agent API failed: {}", sender.getHostAddress(), reason);
        failures.put(sender, new Failed(nanoTime.getAsLong(), reason));
    }

    /** The latest failed handshake of an address, if one is known. */
    public Optional<Failure> latest(InetAddress sender) {
        return Optional.ofNullable(failures.getIfPresent(sender))
                .map(failed -> new Failure(Duration.ofNanos(nanoTime.getAsLong() - failed.atNanos()), failed.reason()));
    }
}
