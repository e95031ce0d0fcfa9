package org.novametal.examples.cli;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.novametal.text.ForeignText;

/**
 * Converts a machine's console output to text that is safe to store, and to show later: line breaks and tabs stay, other
 * control and format characters are escaped, as by {@link ForeignText}. Used by one thread.
 */
final class ConsoleText {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);

    /** The beginning of a character whose last bytes have not arrived. */
    private ByteBuffer rest = ByteBuffer.allocate(0);

    /** The text of the next bytes; a character that is cut at their end appears with the bytes after them. */
    String next(byte[] bytes, int length) {
        ByteBuffer in = ByteBuffer.allocate(rest.remaining() + length)
                .put(rest)
                .put(bytes, 0, length)
                .flip();
        CharBuffer out = CharBuffer.allocate(in.remaining());
        decoder.decode(in, out, false);
        rest = in;
        StringBuilder text = new StringBuilder();
        out.flip().codePoints().forEach(point -> {
            switch (point) {
                case '\n', '\r', '\t' -> text.appendCodePoint(point);
                default -> text.append(ForeignText.line(Character.toString(point)));
            }
        });
        return text.toString();
    }
}
