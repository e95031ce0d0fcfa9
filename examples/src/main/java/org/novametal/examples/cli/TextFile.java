package org.novametal.examples.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads text files that the user names. */
final class TextFile {
    private TextFile() {}

    /**
     * A file's lines.
     *
     * @param what the option or JSON member that names the file, for messages
     * @throws WrongUsage when the file cannot be read; the message names the option and the file
     */
    static List<String> lines(String what, Path file) {
        try {
            return Files.readAllLines(file);
        } catch (NoSuchFileException e) {
            throw new WrongUsage(what + " " + file + ": there is no such file");
        } catch (CharacterCodingException e) {
            throw new WrongUsage(what + " " + file + " is not text in UTF-8");
        } catch (IOException e) {
            throw new WrongUsage(what + " " + file + " cannot be read: " + e);
        }
    }
}
