package org.novametal.baremetal.config;

import java.nio.file.Path;
import java.util.Objects;
import java.util.regex.Pattern;
import org.novametal.driver.config.Texts;

/** The source of the key with which the inventory's secrets are encrypted. */
public sealed interface KeySource {
    /** The start of a source that is a file. */
    String FILE = "file:";

    /** The start of a source that is an environment variable. */
    String ENVIRONMENT = "env:";

    /** The start of a source that is a command. */
    String COMMAND = "command:";

    /** The names of environment variables. */
    Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

    /**
     * A file: 32 bytes, or the key as text. It is made with a random key at the first start.
     *
     * @param path absolute path of the file
     */
    record InFile(Path path) implements KeySource {
        /** Checks that the part is not null. */
        public InFile {
            Objects.requireNonNull(path, "path");
        }

        @Override
        public String toString() {
            return FILE + path;
        }
    }

    /**
     * An environment variable of the process, with the key as text.
     *
     * @param name its name
     */
    record InEnvironment(String name) implements KeySource {
        /** Checks that the part is not null. */
        public InEnvironment {
            Objects.requireNonNull(name, "name");
        }

        @Override
        public String toString() {
            return ENVIRONMENT + name;
        }
    }

    /**
     * A command that prints the key as text, for example from a vault.
     *
     * @param command the command, run by {@code /bin/sh -c}
     */
    record OfCommand(String command) implements KeySource {
        /** Checks that the part is not null. */
        public OfCommand {
            Objects.requireNonNull(command, "command");
        }

        @Override
        public String toString() {
            return COMMAND + command;
        }
    }

    /**
     * Parses {@code file:/path}, {@code env:NAME} or {@code command:COMMAND}.
     *
     * @throws IllegalArgumentException when the text is none of them; the message does not repeat the text, which may be a key
     */
    static KeySource parse(String text) {
        if (text.startsWith(FILE)) {
            return new InFile(Texts.absolute(text.substring(FILE.length())));
        }
        if (text.startsWith(ENVIRONMENT)) {
            String name = text.substring(ENVIRONMENT.length());
            if (!NAME.matcher(name).matches()) {
                throw new IllegalArgumentException("names no environment variable after env:");
            }
            return new InEnvironment(name);
        }
        if (text.startsWith(COMMAND)) {
            String command = text.substring(COMMAND.length());
            if (command.isBlank() || command.chars().anyMatch(Character::isISOControl)) {
                throw new IllegalArgumentException("has no command after command:, or one with a control character");
            }
            return new OfCommand(command);
        }
        throw new IllegalArgumentException(
                "is none of file:/path, env:NAME and command:COMMAND; the key itself is not an option");
    }
}
