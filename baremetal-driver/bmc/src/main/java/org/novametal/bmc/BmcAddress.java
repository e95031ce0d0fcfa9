package org.novametal.bmc;

import com.google.common.net.InetAddresses;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Where a BMC is and what it speaks: {@code ipmi://10.0.0.7:623}, {@code redfish+https://…/redfish/v1/Systems/1}.
 *
 * @param scheme the protocol, lower case; a {@link BmcFactory} answers for it
 * @param host a host name, lower case, or an IP address, an IPv6 one without brackets and as RFC 5952 spells it
 * @param port the port; -1 means the protocol's own
 * @param path what follows, empty or beginning with a slash and more than that; what is {@code %} and two digits in the text
 *     stays so
 */
public record BmcAddress(String scheme, String host, int port, String path) {
    /** IPMI 2.0 §13.1.2; RFC 9110 §4.2. */
    private static final Map<String, Integer> OWN_PORTS = Map.of(
            "ipmi",
            623,
            "ipmitool",
            623,
            "ipmitool+lan",
            623,
            "redfish",
            443,
            "redfish+https",
            443,
            "redfish+http",
            80);

    /** Checks that the parts can be what they are, and spells them in one way. */
    public BmcAddress {
        scheme = scheme.toLowerCase(Locale.ROOT);
        // One with a zone belongs to an interface, which need not be there now.
        boolean isIpv6 = host.contains(":") && !host.contains("%") && InetAddresses.isInetAddress(host);
        host = isIpv6 ? InetAddresses.toAddrString(InetAddresses.forString(host)) : host.toLowerCase(Locale.ROOT);
        path = path.equals("/") ? "" : path;
        if (host.isBlank()) {
            throw new IllegalArgumentException("BMC address without a host");
        }
        if (port != -1 && (port < 1 || port > 65_535)) {
            throw new IllegalArgumentException("BMC address with port " + port + "; it must be 1 to 65535");
        }
    }

    /**
     * Reads an address.
     *
     * @param text {@code scheme://host[:port][/path]}; no user, no password, no query
     * @throws IllegalArgumentException saying what is wrong with the text, without repeating a password in it
     */
    public static BmcAddress parse(String text) {
        URI uri;
        try {
            uri = new URI(text.trim());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(
                    "BMC address is not scheme://host[:port][/path]: " + e.getReason() + " at character "
                            + e.getIndex(),
                    e);
        }
        if (uri.getUserInfo() != null) {
            throw new IllegalArgumentException(
                    "BMC address holds a user or password; give these apart from the address");
        }
        if (uri.getScheme() == null || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException(
                    "BMC address '" + text + "' is not scheme://host[:port][/path], such as ipmi://10.0.0.7:623");
        }
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new BmcAddress(uri.getScheme(), bare, uri.getPort(), uri.getRawPath() == null ? "" : uri.getRawPath());
    }

    /** The port that the protocol has where none is given; empty where that is not known here. */
    public OptionalInt ownPort() {
        Integer port = OWN_PORTS.get(scheme);
        return port == null ? OptionalInt.empty() : OptionalInt.of(port);
    }

    /** The same without its port where that is the protocol's own: equal for two spellings of one address. */
    public BmcAddress withoutOwnPort() {
        return OptionalInt.of(port).equals(ownPort()) ? new BmcAddress(scheme, host, -1, path) : this;
    }

    @Override
    public String toString() {
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return scheme + "://" + shown + (port == -1 ? "" : ":" + port) + path;
    }
}
