package org.novametal.examples.computehost.server;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import jdk.net.ExtendedSocketOptions;
import jdk.net.UnixDomainPrincipal;
import org.eclipse.jetty.io.EndPoint;

/**
 * The check of the user at the other end of the socket, as the kernel reports it. Immutable.
 */
final class PeerCheck {
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
        String user = user(endPoint)
                .orElseThrow(() -> RefusedCall.forbidden("the user at the other end of the socket is not known"));
        if (!allowed.contains(user)) {
            throw RefusedCall.forbidden("the user " + user + " may not use this compute host; allowed are "
                    + String.join(", ", new TreeSet<>(allowed)) + "; see [compute_host] allowed_users");
        }
    }

    private static Optional<String> user(EndPoint endPoint) {
        if (!(endPoint.getTransport() instanceof SocketChannel channel)) {
            return Optional.empty();
        }
        try {
            UnixDomainPrincipal peer = channel.getOption(ExtendedSocketOptions.SO_PEERCRED);
            return Optional.of(peer.user().getName());
        } catch (IOException | UnsupportedOperationException e) {
            return Optional.empty();
        }
    }
}
