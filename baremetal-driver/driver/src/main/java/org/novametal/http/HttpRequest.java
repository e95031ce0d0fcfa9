package org.novametal.http;

import java.net.InetAddress;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.novametal.text.ForeignText;

/**
 * One request as a route's handler receives it, with its whole body in memory. {@code toString()} omits query, headers and
 * body, which may contain secrets.
 *
 * @param sender the address that the connection comes from
 * @param method the method in upper case
 * @param path the decoded path, beginning with a slash, without dot segments
 * @param query the decoded query parameters, each with its values in order
 * @param headers the header fields by lower-case name, each with its values in order
 * @param body the body read as UTF-8, empty when there is none; never longer than {@link Route#maxBodyBytes()}
 */
public record HttpRequest(
        InetAddress sender,
        String method,
        String path,
        Map<String, List<String>> query,
        Map<String, List<String>> headers,
        String body) {
    /** Copies the collections. */
    public HttpRequest {
        Objects.requireNonNull(sender, "sender");
        Objects.requireNonNull(method, "method");
        Objects.requireNonNull(path, "path");
        query = Map.copyOf(query);
        headers = Map.copyOf(headers);
        Objects.requireNonNull(body, "body");
    }

    /** The first value of a query parameter. */
    public Optional<String> queryParameter(String name) {
        return query.getOrDefault(name, List.of()).stream().findFirst();
    }

    /** The first value of a header field, whatever the case of its name. */
    public Optional<String> header(String name) {
        return headers.getOrDefault(name.toLowerCase(Locale.ROOT), List.of()).stream()
                .findFirst();
    }

    @Override
    public String toString() {
        return "HttpRequest[" + sender.getHostAddress() + " " + ForeignText.line(method) + " " + ForeignText.line(path)
                + "]";
    }
}
