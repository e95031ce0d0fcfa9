package org.novametal.bmc.redfish;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import okhttp3.Headers;
import org.jspecify.annotations.Nullable;
import org.novametal.text.ForeignText;

/** An HTTP answer as it was received. Header lines that are none are left out. */
final class HttpAnswer {
    private final int status;
    private final Headers headers;
    private final byte[] body;

    private HttpAnswer(int status, Headers headers, byte[] body) {
        this.status = status;
        this.headers = headers;
        this.body = body;
    }

    int status() {
        return status;
    }

    Headers headers() {
        return headers;
    }

    /** The bytes of the body, without transfer encoding; not a copy. */
    byte[] body() {
        return body;
    }

    /** The body is longer than allowed. */
    static final class TooLongException extends IOException {
        private static final long serialVersionUID = 1L;

        TooLongException() {
            super("the answer is too long");
        }
    }

    /** Reads one answer. Lines may end without carriage return. Source: RFC 9112 §2 to §7. */
    static final class Reader {
        private static final int MOST_HEAD_BYTES = 64 << 10;
        private static final int MOST_INTERIM_ANSWERS = 8;
        private static final int MOST_DIGITS = 15;
        private static final int BUFFER_BYTES = 4096;

        /** How much of an announced length is allocated before any of it arrives. */
        private static final int FIRST_BODY_BYTES = 32 << 10;

        private final InputStream in;
        private final int longest;
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private int next;
        private int end;
        private int headBytes;
        private boolean isKept;
        private byte[] body = {};
        private int bodyBytes;

        /**
         * Creates a reader for one answer.
         *
         * @param longest the maximum number of bytes of the body
         */
        Reader(InputStream in, int longest) {
            this.in = in;
            this.longest = longest;
        }

        /** Whether the connection can carry another request. */
        boolean isConnectionKept() {
            return isKept && next == end;
        }

        HttpAnswer read() throws IOException {
            if (!fill()) {
                throw new HttpConnection.NoAnswerException();
            }
            String statusLine = line();
            int status = status(statusLine);
            for (int interim = 0; status >= 100 && status < 200; interim++) {
                if (interim == MOST_INTERIM_ANSWERS) {
                    throw new ProtocolException("too many interim answers");
                }
                headers();
                statusLine = line();
                status = status(statusLine);
            }
            Headers headers = headers();
            isKept = statusLine.startsWith("HTTP/1.1")
                    ? !contains(headers.get("Connection"), "close")
                    : contains(headers.get("Connection"), "keep-alive");
            readBody(status, headers);
            return new HttpAnswer(status, headers, bodyBytes == body.length ? body : Arrays.copyOf(body, bodyBytes));
        }

        private static boolean contains(@Nullable String list, String word) {
            return list != null && list.toLowerCase(Locale.ROOT).contains(word);
        }

        private static int status(String line) throws ProtocolException {
            long code = line.length() >= 12 ? number(line.substring(9, 12), 10) : -1;
            if (!line.startsWith("HTTP/1.") || code < 100) {
                throw new ProtocolException("the answer is not HTTP: '" + ForeignText.line(line) + "'");
            }
            return (int) code;
        }

        /** The number that digits alone make; -1 where they are no such number, or more than 15. */
        private static long number(String digits, int radix) {
            if (digits.isEmpty() || digits.length() > MOST_DIGITS) {
                return -1;
            }
            long number = 0;
            for (int i = 0; i < digits.length(); i++) {
                char character = digits.charAt(i);
                int digit = character < 0x80 ? Character.digit(character, radix) : -1;
                if (digit < 0) {
                    return -1;
                }
                number = number * radix + digit;
            }
            return number;
        }

        private Headers headers() throws IOException {
            Headers.Builder headers = new Headers.Builder();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                String name = colon > 0 ? line.substring(0, colon).strip() : "";
                if (isName(name)) {
                    headers.addUnsafeNonAscii(name, line.substring(colon + 1).strip());
                }
            }
            return headers.build();
        }

        private static boolean isName(String text) {
            for (int i = 0; i < text.length(); i++) {
                if (text.charAt(i) <= ' ' || text.charAt(i) >= 0x7f) {
                    return false;
                }
            }
            return !text.isEmpty();
        }

        private void readBody(int status, Headers headers) throws IOException {
            if (status == 204 || status == 304) {
                return;
            }
            String length = headers.get("Content-Length");
            if (contains(headers.get("Transfer-Encoding"), "chunked")) {
                readChunks();
            } else if (length != null) {
                long announced = number(length, 10);
                if (announced < 0) {
                    throw new ProtocolException("the Content-Length is '" + ForeignText.line(length) + "'");
                }
                take(announced);
            } else {
                isKept = false;
                while (next < end || fill()) {
                    take(end - next);
                }
            }
        }

        private void readChunks() throws IOException {
            while (true) {
                String line = line();
                int extension = line.indexOf(';');
                String size = (extension < 0 ? line : line.substring(0, extension)).strip();
                long length = number(size, 16);
                if (length < 0) {
                    throw new ProtocolException("a chunk has the length '" + ForeignText.line(size) + "'");
                }
                if (length == 0) {
                    headers();
                    return;
                }
                take(length);
                if (!line().isEmpty()) {
                    throw new ProtocolException("a chunk is longer than its length");
                }
            }
        }

        /** Reads bytes of the body. */
        private void take(long length) throws IOException {
            if (length > longest - bodyBytes) {
                throw new TooLongException();
            }
            for (int left = (int) length; left > 0; ) {
                if (next == end && !fill()) {
                    throw new EOFException("the connection was closed within an answer");
                }
                int count = Math.min(left, end - next);
                reserve(count, left);
                System.arraycopy(buffer, next, body, bodyBytes, count);
                bodyBytes += count;
                next += count;
                left -= count;
            }
        }

        /** Makes room for bytes of the body that have arrived, and for some of those that are expected. */
        private void reserve(int arrived, int expected) {
            if (bodyBytes + arrived > body.length) {
                int more = Math.max(arrived, Math.min(expected, Math.max(FIRST_BODY_BYTES, body.length)));
                body = Arrays.copyOf(body, bodyBytes + more);
            }
        }

        /** The next line of the head, without its end. */
        private String line() throws IOException {
            byte[] begun = {};
            while (true) {
                if (next == end && !fill()) {
                    throw new EOFException("the connection was closed within an answer");
                }
                int start = next;
                while (next < end && buffer[next] != '\n') {
                    next++;
                }
                headBytes += next - start + 1;
                if (headBytes > MOST_HEAD_BYTES) {
                    throw new ProtocolException("the head of the answer is longer than " + MOST_HEAD_BYTES + " bytes");
                }
                if (next < end) {
                    String line = begun.length == 0
                            ? text(buffer, start, next)
                            : text(joined(begun, start), 0, begun.length + next - start);
                    next++;
                    return line;
                }
                begun = joined(begun, start);
            }
        }

        private byte[] joined(byte[] begun, int start) {
            byte[] joined = Arrays.copyOf(begun, begun.length + next - start);
            System.arraycopy(buffer, start, joined, begun.length, next - start);
            return joined;
        }

        private static String text(byte[] bytes, int from, int to) {
            int cut = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
            return new String(bytes, from, cut - from, StandardCharsets.UTF_8);
        }

        private boolean fill() throws IOException {
            int count = in.read(buffer, 0, buffer.length);
            next = 0;
            end = Math.max(0, count);
            return count > 0;
        }
    }
}
