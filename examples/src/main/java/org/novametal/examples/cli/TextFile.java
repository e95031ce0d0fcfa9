package org.novametal.examples.cli;

import java.io.BufferedReader;
import java.io.FilterReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.novametal.text.IoFailure;

/** Reads text files that the user names. */
final class TextFile {
    /** The largest file, in bytes: about 100,000 BMCs. A device, such as {@code /dev/zero}, has no end. */
    static final int MAX_BYTES = 16 * 1_048_576;

    /** The longest document, in characters: about 100,000 nodes. */
    static final long MAX_DOCUMENT = 256L * 1_048_576;

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
            throw new WrongUsage(what + " " + file + " cannot be read: " + IoFailure.reason(e));
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

    /**
     * Opens a text in UTF-8: a file, or standard input for {@code -}. Reading fails with an {@link IOException} where the text
     * is not UTF-8, or has more than {@link #MAX_DOCUMENT} characters.
     *
     * @throws WrongUsage when there is no such file, or it cannot be opened
     */
    static Reader open(String word) {
        try {
            InputStream in;
            if (word.equals("-")) {
                in = System.in;
            } else {
                Path file = path(word)
                        .orElseThrow(() -> new WrongUsage(
                                word + " cannot be the name of a file in this locale; set LC_ALL=C.UTF-8"));
                if (Files.isDirectory(file)) {
                    throw new WrongUsage(word + " is a folder; name a file");
                }
                in = Files.newInputStream(file);
            }
            return new Limited(new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8.newDecoder())));
        } catch (NoSuchFileException e) {
            throw new WrongUsage(word + ": there is no such file");
        } catch (IOException e) {
            throw new WrongUsage(word + " cannot be read: " + IoFailure.reason(e));
        }
    }

    /** Refuses a text that is too long to be an inventory. */
    private static final class Limited extends FilterReader {
        private static final String NOT_UTF_8 = "it is not text in UTF-8";

        private long left = MAX_DOCUMENT;

        Limited(Reader in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            try {
                return counted(super.read(), 1);
            } catch (CharacterCodingException e) {
                throw new IOException(NOT_UTF_8, e);
            }
        }

        @Override
        public int read(char[] buffer, int offset, int length) throws IOException {
            try {
                int count = super.read(buffer, offset, length);
                return counted(count, count);
            } catch (CharacterCodingException e) {
                throw new IOException(NOT_UTF_8, e);
            }
        }

        private int counted(int result, int count) throws IOException {
            if (result >= 0) {
                left -= count;
                if (left < 0) {
                    throw new IOException("it has more than " + MAX_DOCUMENT + " characters");
                }
            }
            return result;
        }
    }
}
