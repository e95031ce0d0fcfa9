package org.novametal.examples.computehost.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A call of the server.
 *
 * @param method the HTTP method
 * @param template the path; a part in braces, such as {@code {node}}, stands for any one segment
 * @param handler answers the call
 */
public record Route(String method, String template, Handler handler) {
    /** Answers calls on virtual threads; many calls at once. */
    @FunctionalInterface
    public interface Handler {
        /**
         * Answers a call.
         *
         * @throws RefusedCall with another answer
         * @throws org.novametal.driver.error.DriverException when the driver fails
         * @throws org.novametal.examples.computehost.wire.WireFormatException when the body cannot be understood
         */
        Answer handle(Call call) throws InterruptedException;
    }

    /** The values of the parts in braces, if the path fits. */
    Optional<Map<String, String>> match(List<String> segments) {
        List<String> parts = parts(template);
        if (parts.size() != segments.size()) {
            return Optional.empty();
        }
        Map<String, String> values = new HashMap<>();
        for (int i = 0; i < parts.size(); i++) {
            String part = parts.get(i);
            if (part.startsWith("{")) {
                values.put(part.substring(1, part.length() - 1), segments.get(i));
            } else if (!part.equals(segments.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    /** The segments of a path that begins with a slash. */
    static List<String> parts(String path) {
        List<String> parts = new ArrayList<>(List.of(path.split("/", -1)));
        parts.removeFirst();
        return parts;
    }
}
