package org.novametal.baremetal.config;

import java.net.URI;
import java.nio.file.Path;
import org.novametal.driver.config.Texts;

/** A kernel or ramdisk that nodes boot. */
public sealed interface BootFile {
    /**
     * A file that nodes fetch from another server.
     *
     * @param url an {@code http} or {@code https} URL
     */
    record Remote(URI url) implements BootFile {
        @Override
        public String location() {
            return url.toString();
        }
    }

    /**
     * A local file that the driver serves to nodes.
     *
     * @param file an absolute path
     */
    record Local(Path file) implements BootFile {
        @Override
        public String location() {
            return file.toString();
        }
    }

    /** The file's URL or path, as configured. */
    String location();

    /**
     * Parses the configured text.
     *
     * @throws IllegalArgumentException when the text is invalid; the message begins with a verb, so that it can be printed
     *     after the text
     */
    static BootFile parse(String text) {
        if (text.startsWith("http://") || text.startsWith("https://")) {
            return new Remote(Texts.httpUrl(text));
        }
        if (text.startsWith("/")) {
            return new Local(Texts.absolute(text));
        }
        throw new IllegalArgumentException(
                "is neither an http(s) URL nor an absolute path; ids of an image service are not supported");
    }
}
