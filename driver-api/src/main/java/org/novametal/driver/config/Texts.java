package org.novametal.driver.config;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * Parsers for the values of {@link Option}s; an exception's message follows the value, as in {@code 'x' is not a URL}.
 */
public final class Texts {
    private Texts() {}

    /**
     * An {@code http} or {@code https} URL with a host and without a user.
     *
     * @throws IllegalArgumentException when the text is not such a URL
     */
    public static URI httpUrl(String text) {
        URI url;
        try {
            url = new URI(text.strip());
        } catch (URISyntaxException e) {
            // The exception's message repeats the text, which may contain a password.
            throw new IllegalArgumentException("is not a URL: " + e.getReason() + " at character " + e.getIndex());
        }
        if (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new IllegalArgumentException("is not an http or https URL with a host");
        }
        if (url.getUserInfo() != null) {
            throw new IllegalArgumentException("contains a user or password, which every node would see");
        }
        return url;
    }

    /**
     * An absolute path, normalized.
     *
     * @throws IllegalArgumentException when it is not absolute, or contains a line break or another invisible character
     */
    public static Path absolute(String text) {
        Path path = OptionTypes.path(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("is not an absolute path");
        }
        return path.normalize();
    }
}
