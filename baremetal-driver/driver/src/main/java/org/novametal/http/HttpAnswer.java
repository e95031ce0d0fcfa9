package org.novametal.http;

import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/** The answer of a route's handler: a small text, or a file of any size. */
public sealed interface HttpAnswer {
    /** The header fields by name; the server adds length, date and the fields that describe a file. */
    Map<String, String> headers();

    /**
     * A text held in memory, sent as UTF-8.
     *
     * @param status the HTTP status code
     * @param headers the header fields by name
     * @param body the body, empty for none
     */
    record Text(int status, Map<String, String> headers, String body) implements HttpAnswer {
        /** Copies the header fields. */
        public Text {
            if (status < 200 || status > 599) {
                throw new IllegalArgumentException("not the status of a final HTTP answer: " + status);
            }
            headers = Map.copyOf(headers);
            Objects.requireNonNull(body, "body");
        }

        @Override
        public String toString() {
            return "HttpAnswer.Text[" + status + ", " + body.length() + " characters]";
        }
    }

    /**
     * A file that is streamed. The server answers 200, 206 for one range, 304, 416, or 404 when it is not a regular file,
     * with {@code ETag} (from length and time of change), {@code Last-Modified} and {@code Content-Length}.
     *
     * @param path the file; it should not change while it is served: when it shrinks, the connection is cut
     * @param headers the header fields by name
     */
    record File(Path path, Map<String, String> headers) implements HttpAnswer {
        /** Copies the header fields. */
        public File {
            Objects.requireNonNull(path, "path");
            headers = Map.copyOf(headers);
        }
    }

    /** A JSON text with a status. */
    static HttpAnswer json(int status, String json) {
        return new Text(status, Map.of("Content-Type", "application/json"), json);
    }

    /** A plain text with a status. */
    static HttpAnswer text(int status, String text) {
        return new Text(status, Map.of("Content-Type", "text/plain;charset=utf-8"), text);
    }

    /** A status without a body. */
    static HttpAnswer empty(int status) {
        return new Text(status, Map.of(), "");
    }

    /** A file as uninterpreted bytes. */
    static HttpAnswer file(Path path) {
        return new File(path, Map.of("Content-Type", "application/octet-stream"));
    }
}
