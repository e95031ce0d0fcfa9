package org.novametal.bmc.redfish;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import okhttp3.Headers;
import okio.Buffer;
import org.novametal.text.ForeignText;

/**
 * An HTTP answer as it was received.
 *
 * @param status the status code
 * @param headers the header fields; lines that are none are left out
 * @param body the bytes of the body, without transfer encoding
 */
record HttpAnswer(int status, Headers headers, Buffer body) {
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
        private static final int BUFFER_BYTES = 4096;

        private final InputStream in;
        private final int longest;
        private final byte[] buffer = new byte[BUFFER_BYTES];
        private int next;
        private int end;
        private int headBytes;
        private boolean isKept;

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
            String connection = String.valueOf(headers.get("Connection")).toLowerCase(Locale.ROOT);
            isKept = statusLine.startsWith("HTTP/1.1")
                    ? !connection.contains("close")
                    : connection.contains("keep-alive");
            return new HttpAnswer(status, headers, body(status, headers));
        }

        private static int status(String line) throws ProtocolException {
            String code = line.length() >= 12 ? line.substring(9, 12) : "";
            if (!line.startsWith("HTTP/1.") || !code.matches("[1-9][0-9][0-9]")) {
                throw new ProtocolException("the answer is not HTTP: '" + ForeignText.line(line) + "'");
            }
            return Integer.parseInt(code);
        }

        private Headers headers() throws IOException {
            Headers.Builder headers = new Headers.Builder();
            for (String line = line(); !line.isEmpty(); line = line()) {
                int colon = line.indexOf(':');
                String name = colon > 0 ? line.substring(0, colon).strip() : "";
                if (!name.isEmpty() && name.chars().allMatch(character -> character > ' ' && character < 0x7f)) {
                    headers.addUnsafeNonAscii(name, line.substring(colon + 1).strip());
                }
            }
            return headers.build();
        }

        private Buffer body(int status, Headers headers) throws IOException {
            Buffer body = new Buffer();
            String length = headers.get("Content-Length");
            String encoding = headers.get("Transfer-Encoding");
            if (status == 204 || status == 304) {
                return body;
            }
            if (encoding != null && encoding.toLowerCase(Locale.ROOT).contains("chunked")) {
                readChunks(body);
            } else if (length != null) {
                if (!length.matches("[0-9]{1,18}")) {
                    throw new ProtocolException("the Content-Length is '" + ForeignText.line(length) + "'");
                }
                take(body, Long.parseLong(length));
            } else {
                isKept = false;
                while (next < end || fill()) {
                    take(body, end - next);
                }
            }
            return body;
        }

        private void readChunks(Buffer body) throws IOException {
            while (true) {
                String size = line().split(";", 2)[0].strip();
                if (!size.matches("[0-9A-Fa-f]{1,8}")) {
                    throw new ProtocolException("a chunk has the length '" + ForeignText.line(size) + "'");
                }
                long length = Long.parseLong(size, 16);
                if (length == 0) {
                    headers();
                    return;
                }
                take(body, length);
                if (!line().isEmpty()) {
                    throw new ProtocolException("a chunk is longer than its length");
                }
            }
        }

        private void take(Buffer body, long length) throws IOException {
            if (length > longest - body.size()) {
                throw new TooLongException();
            }
            for (long left = length; left > 0; ) {
                if (next == end && !fill()) {
                    throw new EOFException("the connection was closed within an answer");
                }
                int count = (int) Math.min(left, end - next);
                body.write(buffer, next, count);
                next += count;
                left -= count;
            }
        }

        private String line() throws IOException {
            byte[] line = new byte[64];
            int length = 0;
            while (true) {
                if (next == end && !fill()) {
                    throw new EOFException("the connection was closed within an answer");
                }
                byte read = buffer[next++];
                if (++headBytes > MOST_HEAD_BYTES) {
                    throw new ProtocolException("the head of the answer is longer than " + MOST_HEAD_BYTES + " bytes");
                }
                if (read == '\n') {
                    int cut = length > 0 && line[length - 1] == '\r' ? length - 1 : length;
                    return new String(line, 0, cut, StandardCharsets.UTF_8);
                }
                if (length == line.length) {
                    line = Arrays.copyOf(line, 2 * length);
                }
                line[length++] = read;
            }
        }

        private boolean fill() throws IOException {
            int count = in.read(buffer, 0, buffer.length);
            next = 0;
            end = Math.max(0, count);
            return count > 0;
        }
    }
}
