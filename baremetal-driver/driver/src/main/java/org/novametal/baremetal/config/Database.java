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
     * @param path absolute
     */
    record InFile(Path path) implements Database {
        @Override
        public String toString() {
            return path.toString();
        }
    }

    /**
     * A PostgreSQL database; the password is given apart.
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

    /** How the address of a PostgreSQL database begins. */
    String SCHEME = "postgresql://";

    /** What may stand before it. */
    String JDBC = "jdbc:";

    /** A parameter that is a password. */
    Pattern PASSWORD = Pattern.compile("(?i)(.*&)?(ssl)?password=.*");

    /**
     * Reads an absolute path, or {@code postgresql://user@host:port/name?key=value}, also with {@code jdbc:} before it.
     *
     * @throws IllegalArgumentException when it is neither, or holds a password; the message repeats nothing of the text
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
            throw new IllegalArgumentException("holds a password, which others can read; put that into a file that only"
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
            // Its message repeats the text, which may hold a password.
            throw new IllegalArgumentException("is not a URL such as postgresql://user@host:5432/name");
        }
    }
}
