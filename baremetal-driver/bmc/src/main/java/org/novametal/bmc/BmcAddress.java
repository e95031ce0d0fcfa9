package org.novametal.bmc;

import com.google.common.net.InetAddresses;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A BMC's network address and protocol: {@code ipmi://10.0.0.7:623}, {@code redfish+https://…/redfish/v1/Systems/1}.
 *
 * @param scheme the protocol, lower case; selects the {@link BmcFactory}
 * @param host a host name, lower case, or an IP address; IPv6 without brackets, spelled as in RFC 5952
 * @param port the port; -1 for the scheme's default, {@link BmcFactory#defaultPort}
 * @param path empty, or begins with a slash; percent-encoding is kept as written
 */
public record BmcAddress(String scheme, String host, int port, String path) {
    /** Checks the parts and normalises their spelling. */
    public BmcAddress {
        scheme = scheme.toLowerCase(Locale.ROOT);
        // An IPv6 address with a zone is kept as written: parsing it fails where its network interface does not exist.
        boolean isIpv6 = host.contains(":") && !host.contains("%") && InetAddresses.isInetAddress(host);
        host = isIpv6 ? InetAddresses.toAddrString(InetAddresses.forString(host)) : host.toLowerCase(Locale.ROOT);
        path = path.equals("/") ? "" : path;
        if (host.isBlank()) {
            throw new IllegalArgumentException("the BMC address has no host");
        }
        if (port != -1 && (port < 1 || port > 65_535)) {
            throw new IllegalArgumentException("the BMC address has the port " + port + "; it must be 1 to 65535");
        }
    }

    /**
     * Parses an address.
     *
     * @param text {@code scheme://host[:port][/path]}; no user, no password, no query
     * @throws IllegalArgumentException whose message says what is wrong with the text and contains no password
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
            throw new IllegalArgumentException("BMC address contains a user or password; give these separately");
        }
        if (uri.getScheme() == null || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            throw new IllegalArgumentException(
                    "BMC address '" + text + "' is not scheme://host[:port][/path], such as ipmi://10.0.0.7:623");
        }
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return new BmcAddress(uri.getScheme(), bare, uri.getPort(), uri.getRawPath() == null ? "" : uri.getRawPath());
    }

    /** The port, or {@code defaultPort} if the address names none. */
    public int portOr(int defaultPort) {
        return port == -1 ? defaultPort : port;
    }

    /**
     * The same address with another port.
     *
     * @param other 1 to 65535, or -1 for the scheme's default port
     */
    public BmcAddress withPort(int other) {
        return new BmcAddress(scheme, host, other, path);
    }

    @Override
    public String toString() {
        String shown = host.contains(":") ? "[" + host + "]" : host;
        return scheme + "://" + shown + (port == -1 ? "" : ":" + port) + path;
    }
}
