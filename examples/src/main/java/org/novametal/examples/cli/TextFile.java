package org.novametal.examples.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads text files that the user names. */
final class TextFile {
    /** The largest file, in bytes: about 100,000 BMCs. A device, such as {@code /dev/zero}, has no end. */
    static final int MAX_BYTES = 16 * 1_048_576;

    private static final String BYTE_ORDER_MARK = "\ufeff";

    private TextFile() {}

    /** The path that a word names; empty for a word that cannot be a path. */
    static Optional<Path> path(String word) {
        try {
            return Optional.of(Path.of(word));
        } catch (InvalidPathException e) {
            return Optional.empty();
        }
    }

    /**
     * A file's lines, without the byte order mark with which editors of other systems begin a file.
     *
     * @param what the option or JSON member that names the file, for messages
     * @throws WrongUsage when the file cannot be read, or is larger than {@link #MAX_BYTES}; the message names the option and
     *     the file
     */
    static List<String> lines(String what, Path file) {
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (NoSuchFileException e) {
            throw new WrongUsage(what + " " + file + ": there is no such file");
        } catch (IOException e) {
            throw new WrongUsage(what + " " + file + " cannot be read: " + e);
        }
        if (bytes.length > MAX_BYTES) {
            throw new WrongUsage(
                    what + " " + file + " has more than " + MAX_BYTES / 1_048_576 + " MiB; name a text file");
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return (text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text)
                    .lines()
                    .toList();
        } catch (CharacterCodingException e) {
            throw new WrongUsage(what + " " + file + " is not text in UTF-8");
        }
    }
}
