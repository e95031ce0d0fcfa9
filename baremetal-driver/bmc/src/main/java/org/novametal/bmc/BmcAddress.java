package org.novametal.bmc;

import com.google.common.net.InetAddresses;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.regex.Pattern;
import org.novametal.text.ForeignText;

/**
 * A BMC's network address and protocol: {@code ipmi://10.0.0.7:623}, {@code redfish+https://…/redfish/v1/Systems/1}.
 *
 * @param scheme the protocol, lower case; selects the {@link BmcFactory}
 * @param host a host name, lower case, or an IP address; IPv6 without brackets, spelled as in RFC 5952, with its zone, if it has
 *     one, after a percent sign: {@code fe80::1%eth0}
 * @param port the port; -1 for the scheme's default, {@link BmcFactory#defaultPort}
 * @param path empty, or begins with a slash; percent-encoding is kept as written
 */
public record BmcAddress(String scheme, String host, int port, String path) {
    /** The beginning of an address whose at sign, if it has one, is in the path of a Redfish resource. */
    private static final Pattern AT_IN_PATH = Pattern.compile("[^/@?#]+://[^/@?#]+/redfish/");

    /** The sign before the zone of an IPv6 address in a URI. */
    private static final String ZONE = "%25";

    /** The longest part of a text that a message repeats, in characters. */
    private static final int SHOWN = 200;

    /** Checks the parts and normalises their spelling. */
    public BmcAddress {
        scheme = scheme.toLowerCase(Locale.ROOT);
        // A zone is kept as written: parsing it fails where its network interface does not exist.
        int zone = host.indexOf('%');
        String bare = zone < 0 ? host : host.substring(0, zone);
        boolean isIpv6 = bare.contains(":") && InetAddresses.isInetAddress(bare);
        host = (isIpv6 ? InetAddresses.toAddrString(InetAddresses.forString(bare)) : bare.toLowerCase(Locale.ROOT))
                + host.substring(bare.length());
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
     * @param text {@code scheme://host[:port][/path]}; no user, no password, no query; the zone of an IPv6 address follows
     *     {@code %25} or {@code %}
     * @throws IllegalArgumentException whose message says what is wrong with the text and contains no password
     */
    public static BmcAddress parse(String text) {
        if (text.indexOf('@') >= 0 && !AT_IN_PATH.matcher(text).lookingAt()) {
            // Not only where a URI has user information: with a password that contains a slash, for example, it has
            // none.
            throw new IllegalArgumentException("BMC address contains a user or password; give these separately");
        }
        URI uri;
        try {
            uri = new URI(text.trim());
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException("BMC address is not scheme://host[:port][/path]: " + e.getReason()
                    + " at character " + e.getIndex());
        }
        if (uri.getScheme() == null || uri.getHost() == null || uri.getQuery() != null || uri.getFragment() != null) {
            String authority = String.valueOf(uri.getRawAuthority());
            throw new IllegalArgumentException("BMC address '" + ForeignText.line(text, SHOWN)
                    + "' is not scheme://host[:port][/path], such as ipmi://10.0.0.7:623"
                    + (authority.contains("_")
                            ? "; a host name with an underscore is not accepted, give its IP address instead"
                            : ""));
        }
        String host = uri.getHost();
        String bare = host.startsWith("[") ? unescapedZone(host.substring(1, host.length() - 1)) : host;
        return new BmcAddress(uri.getScheme(), bare, uri.getPort(), uri.getRawPath() == null ? "" : uri.getRawPath());
    }

    /** An IPv6 address whose zone follows a percent sign; it may be written {@code %25}. Source: RFC 6874 §2. */
    private static String unescapedZone(String host) {
        int zone = host.indexOf(ZONE);
        return zone >= 0 && zone + ZONE.length() < host.length()
                ? host.substring(0, zone) + "%" + host.substring(zone + ZONE.length())
                : host;
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
        String shown = host.contains(":") ? "[" + host.replace("%", ZONE) + "]" : host;
        return scheme + "://" + shown + (port == -1 ? "" : ":" + port) + path;
    }
}
