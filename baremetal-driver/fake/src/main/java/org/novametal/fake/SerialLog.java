package org.novametal.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.novametal.bmc.ipmi.codec.Bytes;

/**
 * Writes the output of a machine's serial port to a file that only grows, and to one listener. Agent tokens are masked. Safe
 * for several threads.
 */
final class SerialLog {
    private static final Pattern TOKEN = Pattern.compile("(?i)(agent[_-]token[\"']?\\s*[=:]\\s*[\"']?)[^&\\s\"',}]+");

    private final Path file;
    private Consumer<Bytes> listener = _ -> {};

    SerialLog(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    void print(String line) {
        print(Bytes.copyOf((TOKEN.matcher(line).replaceAll("$1******") + "\n").getBytes(StandardCharsets.UTF_8)));
    }

    synchronized void print(Bytes characters) {
        try {
            Files.write(file, characters.toArray(), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the serial log " + file, e);
        }
        listener.accept(characters);
    }

    synchronized void listen(Consumer<Bytes> next) {
        listener = next;
    }
}
