package org.novametal.http;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.novametal.http.HttpOptions.ConnectionLimits;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open connections of the server. Keeps to the limits of their number, in all and for one address: a new connection
 * replaces an old one, so that a client that only holds connections open keeps nobody out. Closes a connection on which the
 * header of a request does not arrive in time.
 *
 * <p>Which connection is replaced: one that waits for a header before one that receives a body before one that is being
 * answered; of these the oldest.
 *
 * <p>Safe for several threads; guarded by this object. Connections are closed outside of the lock.
 */
final class OpenConnections implements Connection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(OpenConnections.class);

    /** What a connection does; the earlier, the sooner it is replaced. */
    enum Phase {
        HEADER,
        BODY,
        ANSWER
    }

    /** By phase; of one phase the oldest, because the collections have the oldest first. */
    private static final Comparator<Held> SOONEST_REPLACED = Comparator.comparing(held -> held.phase);

    private final ConnectionLimits limits;
    private final KnownClients clients;
    private final LongSupplier nanoTime;
    private final RefusalLog fullWarning;
    private final RefusalLog fullAddressWarning;

    /** All connections, the oldest first. */
    private final Map<Connection, Held> open = new LinkedHashMap<>();

    /** The same by address, each group with the oldest first. */
    private final Map<InetAddress, Map<Connection, Held>> byAddress = new HashMap<>();

    OpenConnections(ConnectionLimits limits, Predicate<InetAddress> known, LongSupplier nanoTime) {
        this.limits = limits;
        this.clients = new KnownClients(known);
        this.nanoTime = nanoTime;
        this.fullWarning = RefusalLog.rare(LOG, nanoTime);
        this.fullAddressWarning = RefusalLog.rare(LOG, nanoTime);
    }

    private static final class Held {
        private final Connection connection;
        private final InetAddress address;
        private Phase phase = Phase.HEADER;
        private long since;

        Held(Connection connection, InetAddress address, long now) {
            this.connection = connection;
            this.address = address;
            this.since = now;
        }
    }

    @Override
    public void onOpened(Connection connection) {
        // A TLS connection carries an HTTP connection, which is opened at the same time and counts.
        if (connection instanceof SslConnection
                || !(connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress remote)) {
            return;
        }
        List<Connection> surplus = add(connection, remote.getAddress());
        surplus.forEach(old -> close(old, "the limit of connections is reached"));
    }

    @Override
    public void onClosed(Connection connection) {
        remove(connection);
    }

    /** Records what a connection does now; for one that is not open any more, does nothing. */
    synchronized void enter(Connection connection, Phase phase) {
        Held held = open.get(connection);
        if (held != null) {
            held.phase = phase;
            held.since = nanoTime.getAsLong();
        }
    }

    /** Closes the connections on which the header of a request is overdue. */
    void closeOverdue() {
        List<Connection> overdue = new ArrayList<>();
        synchronized (this) {
            long now = nanoTime.getAsLong();
            for (Held held : open.values()) {
                if (held.phase == Phase.HEADER
                        && now - held.since >= limits.headerTimeout().toNanos()) {
                    overdue.add(held.connection);
                }
            }
        }
        overdue.forEach(connection ->
                close(connection, "no complete header of a request arrived within " + limits.headerTimeout()));
    }

    synchronized int count() {
        return open.size();
    }

    /** Adds a connection and returns those that have to be closed for it, among them possibly itself. */
    private synchronized List<Connection> add(Connection connection, InetAddress address) {
        List<Connection> surplus = new ArrayList<>();
        Collection<Held> ofAddress = byAddress.getOrDefault(address, Map.of()).values();
        if (ofAddress.size() >= limits.maxPerAddress()) {
            fullAddressWarning.warn(
                    "{} has {} connections, which is the limit; new ones replace its old ones",
                    address.getHostAddress(),
                    ofAddress.size());
            ofAddress.stream()
                    .min(SOONEST_REPLACED)
                    .map(held -> held.connection)
                    .ifPresent(surplus::add);
        } else if (open.size() >= limits.max()) {
            fullWarning.warn(
                    "{} connections are open, which is the limit; new ones replace old ones of unknown addresses",
                    open.size());
            surplus.add(toReplaceFor(address).orElse(connection));
        }
        surplus.forEach(this::remove);
        if (!surplus.contains(connection)) {
            Held held = new Held(connection, address, nanoTime.getAsLong());
            open.put(connection, held);
            byAddress.computeIfAbsent(address, _ -> new LinkedHashMap<>()).put(connection, held);
        }
        return surplus;
    }

    private Optional<Connection> toReplaceFor(InetAddress address) {
        Optional<Held> unknown = clients.firstUnknown(open.values(), held -> held.address, SOONEST_REPLACED);
        if (unknown.isEmpty() && clients.isKnown(address)) {
            // With known clients only, one that is being answered is never replaced.
            unknown = open.values().stream()
                    .filter(held -> held.phase != Phase.ANSWER)
                    .min(SOONEST_REPLACED);
        }
        return unknown.map(held -> held.connection);
    }

    private synchronized void remove(Connection connection) {
        Held held = open.remove(connection);
        if (held != null) {
            byAddress.computeIfPresent(held.address, (_, group) -> {
                group.remove(connection);
                return group.isEmpty() ? null : group;
            });
        }
    }

    private static void close(Connection connection, String why) {
        LOG.debug("closing {}: {}", connection, why);
        connection.getEndPoint().close(new TimeoutException(why));
    }
}
