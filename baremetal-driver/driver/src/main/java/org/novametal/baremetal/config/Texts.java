package org.novametal.baremetal.config;

import java.net.URI;
import java.nio.file.Path;

/** Readers of configured texts; what they throw follows the text in a message. */
final class Texts {
    private Texts() {}

    static URI httpUrl(String text) {
        URI url;
        try {
            url = URI.create(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("is not a URL: " + e.getMessage(), e);
        }
        if (url.getHost() == null || !("http".equals(url.getScheme()) || "https".equals(url.getScheme()))) {
            throw new IllegalArgumentException("is not an http or https URL with a host");
        }
        if (url.getUserInfo() != null) {
            throw new IllegalArgumentException("holds a user or password, which every node would see");
        }
        return url;
    }

    static Path absolute(String text) {
        Path path = Path.of(text);
        if (!path.isAbsolute()) {
            throw new IllegalArgumentException("is not an absolute path");
        }
        return path.normalize();
    }
}
