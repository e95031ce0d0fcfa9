package org.novametal.dhcp;

import com.google.common.base.Suppliers;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells whether DHCP has leased an address at present. The lease file is read at most once a second, however often this is
 * asked; a file that cannot be read counts as one without leases. Thread-safe.
 */
public final class LeasedAddresses implements Predicate<InetAddress> {
    private static final Logger LOG = LoggerFactory.getLogger(LeasedAddresses.class);
    private static final Duration READ_AT_MOST_EVERY = Duration.ofSeconds(1);

    private final LeaseFile leases;
    private final InstantSource clock;
    private final Supplier<Set<InetAddress>> addresses =
            Suppliers.memoizeWithExpiration(this::read, READ_AT_MOST_EVERY);

    /** Reads the leases of that file. */
    public LeasedAddresses(LeaseFile leases, InstantSource clock) {
        this.leases = leases;
        this.clock = clock;
    }

    @Override
    public boolean test(InetAddress address) {
        return addresses.get().contains(address);
    }

    private Set<InetAddress> read() {
        try {
            Instant now = clock.instant();
            return leases.leases().stream()
                    .filter(lease -> lease.holdsAt(now))
                    .map(LeaseFile.Lease::address)
                    .collect(Collectors.toUnmodifiableSet());
        } catch (UncheckedIOException e) {
            LOG.warn("{}; no address counts as leased until it can", e.getMessage());
            return Set.of();
        }
    }
}
