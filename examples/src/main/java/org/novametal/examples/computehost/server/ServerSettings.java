package org.novametal.examples.computehost.server;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The limits and the place of the server.
 *
 * @param socket the path of the socket, at most 107 bytes
 * @param owner the user who owns the socket file; absent means the user of this process
 * @param group the group of the socket file; absent means the group of this process
 * @param allowedUsers names or numbers of further users who may call; the user of this process and the socket's owner always may
 * @param maxRequestBytes the largest body of a request, in bytes
 * @param maxRequests how many requests are answered at once, those that wait included
 * @param idleTimeout after what time without traffic a connection is closed while no request is being answered
 * @param callTimeout after what time a call is answered with an error, besides the time that it asks to wait
 * @param maxWait the longest wait that a call can ask for; a longer one is shortened
 */
public record ServerSettings(
        Path socket,
        Optional<String> owner,
        Optional<String> group,
        Set<String> allowedUsers,
        int maxRequestBytes,
        int maxRequests,
        Duration idleTimeout,
        Duration callTimeout,
        Duration maxWait) {
    /** Copies the set. */
    public ServerSettings {
        allowedUsers = Set.copyOf(allowedUsers);
    }
}
