package org.novametal.baremetal.config;

import com.google.common.net.HostAndPort;
import com.google.common.net.InetAddresses;
import java.net.InetAddress;
import java.util.Locale;

/**
 * The address on which a server listens.
 *
 * @param host a host name or an IP address, an IPv6 address without brackets
 * @param port the port; 0 means any free port
 */
public record ListenAddress(String host, int port) {
    /** Checks that there is a host and the port is in range. */
    public ListenAddress {
        if (host.isBlank()) {
            throw new IllegalArgumentException("has no host");
        }
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("has the port " + port + "; it must be 0 to 65535");
        }
    }

    /**
     * Parses an address.
     *
     * @param text {@code host:port}, an IPv6 address in brackets
     * @throws IllegalArgumentException when the text is invalid; the message begins with a verb, so that it can be printed
     *     after the text
     */
    public static ListenAddress parse(String text) {
        try {
            HostAndPort parsed = HostAndPort.fromString(text.strip());
            return new ListenAddress(parsed.getHost(), parsed.getPort());
        } catch (IllegalArgumentException | IllegalStateException e) {
            throw new IllegalArgumentException("is not host:port, such as 127.0.0.1:8080 or [::1]:8080", e);
        }
    }

    /** Whether the host is a loopback or wildcard address, which other machines cannot use. */
    public boolean reachesOnlyThisMachine() {
        return isOnlyThisMachine(host);
    }

    /**
     * Whether a host is a loopback or wildcard address, or a name that stands for one.
     *
     * @param host a host name or an IP address, an IPv6 one without brackets
     */
    public static boolean isOnlyThisMachine(String host) {
        if (InetAddresses.isInetAddress(host)) {
            InetAddress address = InetAddresses.forString(host);
            return address.isLoopbackAddress() || address.isAnyLocalAddress();
        }
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost") || name.endsWith(".localhost");
    }

    @Override
    public String toString() {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }
}
