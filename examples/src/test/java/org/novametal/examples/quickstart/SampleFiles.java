package org.novametal.examples.quickstart;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Files for the quickstart's tests, and methods to compare files. */
final class SampleFiles {
    /** The configuration of the launcher; tests run in the module's folder. */
    static final Path NOVA_CONF = Path.of("etc", "nova.conf").toAbsolutePath();

    private SampleFiles() {}

    /** A copy of the launcher's configuration with one text replaced and further lines added. */
    static Path novaConf(Path folder, String from, String to, String more) throws IOException {
        String text = Files.readString(NOVA_CONF);
        if (!text.contains(from)) {
            throw new IllegalArgumentException(NOVA_CONF + " does not hold '" + from + "'");
        }
        return Files.writeString(folder.resolve("nova.conf"), text.replace(from, to) + more);
    }

    /** The number of the line in a file that begins with that text, from 1. */
    static int line(Path file, String beginning) throws IOException {
        int number = 0;
        for (String line : Files.readAllLines(file)) {
            number++;
            if (line.startsWith(beginning)) {
                return number;
            }
        }
        throw new IllegalArgumentException(file + " has no line that begins with '" + beginning + "'");
    }

    static String sha256(Path file) throws IOException, GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
    }
}
