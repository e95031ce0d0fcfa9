package org.novametal.examples.computehost.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Set;
import java.util.TreeSet;
import jdk.net.ExtendedSocketOptions;
import org.eclipse.jetty.io.EndPoint;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The check of the user at the other end of the socket, as the kernel reports it. Immutable.
 */
final class PeerCheck {
    private static final Logger LOG = LoggerFactory.getLogger(PeerCheck.class);

    private final Set<String> allowed;

    /** Allows users by name, or by number where the system has no name for it. */
    PeerCheck(Set<String> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    /**
     * Checks the peer of a connection.
     *
     * @throws RefusedCall when its user is unknown or not allowed
     */
    void check(EndPoint endPoint) {
        if (!(endPoint.getTransport() instanceof SocketChannel channel)) {
            throw unknown();
        }
        check(channel);
    }

    /**
     * Checks the peer of a socket.
     *
     * @throws RefusedCall when its user is unknown or not allowed
     */
    void check(SocketChannel channel) {
        String user;
        try {
            user = channel.getOption(ExtendedSocketOptions.SO_PEERCRED).user().getName();
        } catch (IOException | UnsupportedOperationException e) {
            LOG.warn("the system does not report the user at the other end of the socket: {}", e.toString());
            throw unknown();
        }
        if (!allowed.contains(user)) {
            throw RefusedCall.forbidden("the user " + user + " may not use this compute host; allowed are "
                    + String.join(", ", new TreeSet<>(allowed)) + "; see [compute_host] allowed_users");
        }
    }

    private static RefusedCall unknown() {
        return RefusedCall.forbidden("the user at the other end of the socket is not known");
    }
}
