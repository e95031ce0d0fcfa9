package org.novametal.baremetal.config;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.novametal.driver.config.Texts;

/** The database of the inventory. */
public sealed interface Database {
    /**
     * An SQLite file.
     *
     * @param path absolute path of the file
     */
    record InFile(Path path) implements Database {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A PostgreSQL database; the password is configured separately.
     *
     * @param user the user who logs in
     * @param location host, port, database and parameters: {@code //host:port/name?key=value}
     */
    record Postgresql(String user, String location) implements Database {
        /** The address for JDBC, without the user. */
        public String jdbcUrl() {
            return JDBC + "postgresql:" + location;
        }

        @Override
        public String toString() {
            return SCHEME + user + "@" + location.substring(2);
        }
    }

    /** The start of the address of a PostgreSQL database. */
    String SCHEME = "postgresql://";

    /** An optional prefix of {@link #SCHEME}, as in JDBC addresses. */
    String JDBC = "jdbc:";

    /** Matches a query in which a parameter is a password. */
    Pattern PASSWORD = Pattern.compile("(?i)(.*&)?(ssl)?password=.*");

    /**
     * Parses an absolute path, or {@code postgresql://user@host:port/name?key=value}, also with {@code jdbc:} before it.
     *
     * @throws IllegalArgumentException when the text is neither, or contains a password; the message does not repeat the text
     */
    static Database parse(String text) {
        if (text.startsWith("/")) {
            return new InFile(Texts.absolute(text));
        }
        String url = text.startsWith(JDBC) ? text.substring(JDBC.length()) : text;
        if (!url.startsWith(SCHEME)) {
            throw new IllegalArgumentException(
                    "is neither an absolute path nor an address such as postgresql://user@host:5432/name");
        }
        return postgresql(url);
    }

    private static Postgresql postgresql(String url) {
        URI uri = uri(url);
        String query = Optional.ofNullable(uri.getRawQuery()).orElse("");
        String user = Optional.ofNullable(uri.getUserInfo()).orElse("");
        if (user.contains(":") || PASSWORD.matcher(query).matches()) {
            throw new IllegalArgumentException(
                    "contains a password, which others can read; put the password into a file that only"
                            + " its owner can read, and name the file in database_password_file");
        }
        if (user.isEmpty()) {
            throw new IllegalArgumentException(
                    "names no user; write it before the host: postgresql://user@host:5432/name");
        }
        if (uri.getHost() == null || uri.getPath().length() < 2) {
            throw new IllegalArgumentException(
                    "names no host or no database; write both: postgresql://user@host:5432/name");
        }
        String port = uri.getPort() == -1 ? "" : ":" + uri.getPort();
        return new Postgresql(
                user, "//" + uri.getHost() + port + uri.getRawPath() + (query.isEmpty() ? "" : "?" + query));
    }

    private static URI uri(String url) {
        try {
            return URI.create(url);
        } catch (IllegalArgumentException e) {
            // The message of this exception repeats the text, which may contain a password.
            throw new IllegalArgumentException("is not a URL such as postgresql://user@host:5432/name");
        }
    }
}
