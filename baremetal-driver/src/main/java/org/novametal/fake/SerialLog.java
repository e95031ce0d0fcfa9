package org.novametal.fake;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/** What a machine prints on its serial port, in a file that only grows. Agent tokens are blanked. Safe for several threads. */
final class SerialLog {
    private static final Pattern TOKEN = Pattern.compile("(?i)(agent[_-]token[\"']?\\s*[=:]\\s*[\"']?)[^&\\s\"',}]+");

    private final Path file;

    SerialLog(Path file) {
        this.file = file;
    }

    Path file() {
        return file;
    }

    synchronized void print(String line) {
        try {
            Files.writeString(
                    file,
                    TOKEN.matcher(line).replaceAll("$1******") + "\n",
                    StandardCharsets.UTF_8,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the serial log " + file, e);
        }
    }
}
