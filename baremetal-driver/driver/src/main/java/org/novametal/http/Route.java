package org.novametal.http;

import java.util.Objects;
import java.util.Set;

/**
 * One way into the server: methods and a path, and who answers. Of the routes that fit a path the one with the longest path
 * wins, an {@linkplain PathMatch#EXACT exact} one before a prefix. A route for GET answers HEAD too, without a body.
 *
 * @param methods the methods in upper case
 * @param path the path, beginning with a slash
 * @param match how the path is compared
 * @param handler who answers
 */
public record Route(Set<String> methods, String path, PathMatch match, Handler handler) {
    /** How a route's path is compared with a request's. */
    public enum PathMatch {
        /** They are equal. */
        EXACT,
        /** The request's begins with the route's. */
        PREFIX
    }

    /** Who answers the requests of a route. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers a request. Each call runs on a new virtual thread, so it may block; calls are concurrent.
         *
         * @param request the request
         * @return the answer
         * @throws Exception when it cannot: logged once, and the client reads a bare 500
         */
        HttpAnswer handle(HttpRequest request) throws Exception;
    }

    /** Checks path and methods. */
    public Route {
        methods = Set.copyOf(methods);
        Objects.requireNonNull(match, "match");
        Objects.requireNonNull(handler, "handler");
        if (methods.isEmpty() || !path.startsWith("/")) {
            throw new IllegalArgumentException(
                    "a route needs a method and a path that begins with a slash: " + methods + " " + path);
        }
    }

    /** One path and nothing below it. */
    public static Route at(String method, String path, Handler handler) {
        return new Route(Set.of(method), path, PathMatch.EXACT, handler);
    }

    /** Every path that begins with this one; let it end in a slash to mean a folder. */
    public static Route under(String method, String prefix, Handler handler) {
        return new Route(Set.of(method), prefix, PathMatch.PREFIX, handler);
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
