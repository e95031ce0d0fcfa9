package org.novametal.http;

import java.util.Objects;
import java.util.Set;

/**
 * Methods and a path of the server, and the handler that answers. Of the routes that match a path the one with the longest
 * path is used, an {@linkplain PathMatch#EXACT exact} one before a prefix. A route for GET answers HEAD too, without a body.
 *
 * @param methods the methods in upper case
 * @param path the path, beginning with a slash
 * @param match how the path is compared
 * @param handler answers the requests
 * @param maxBodyBytes the longest request body; a longer one is answered with 413. With 0, a request may have no body
 */
public record Route(Set<String> methods, String path, PathMatch match, Handler handler, int maxBodyBytes) {
    /** How a route's path is compared with a request's. */
    public enum PathMatch {
        /** The two paths are equal. */
        EXACT,
        /** The request's path begins with the route's path. */
        PREFIX
    }

    /** Answers the requests of a route. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers a request. Each call runs on a new virtual thread, so it may block; calls are concurrent.
         *
         * @param request the request
         * @return the answer
         * @throws Exception when it fails: the server logs it once, and answers 500 without details
         */
        HttpAnswer handle(HttpRequest request) throws Exception;
    }

    /** Checks path, methods and limit. */
    public Route {
        methods = Set.copyOf(methods);
        Objects.requireNonNull(match, "match");
        Objects.requireNonNull(handler, "handler");
        if (methods.isEmpty() || !path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "a route needs a method and a path that begins with a slash: " + methods + " " + path);
        }
        if (maxBodyBytes < 0) {
            throw new IllegalArgumentException("the limit of a body must be 0 or more, not " + maxBodyBytes);
        }
    }

    /** A route for exactly this path, without a request body. */
    public static Route at(String method, String path, Handler handler) {
        return new Route(Set.of(method), path, PathMatch.EXACT, handler, 0);
    }

    /**
     * A route for every path that begins with this prefix, without a request body; end the prefix in a slash to match a
     * folder.
     */
    public static Route under(String method, String prefix, Handler handler) {
        return new Route(Set.of(method), prefix, PathMatch.PREFIX, handler, 0);
    }

    /** The same route for requests with a body of at most that many bytes. */
    public Route withBody(int maxBytes) {
        return new Route(methods, path, match, handler, maxBytes);
    }

    boolean fits(String requestPath) {
        return switch (match) {
            case EXACT -> requestPath.equals(path);
            case PREFIX -> requestPath.startsWith(path);
        };
    }

    boolean takes(String method) {
        return methods.contains(method) || (method.equals("HEAD") && methods.contains("GET"));
    }
}
