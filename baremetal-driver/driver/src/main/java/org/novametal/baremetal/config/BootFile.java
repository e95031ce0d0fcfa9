package org.novametal.baremetal.config;

import java.net.URI;
import java.nio.file.Path;
import org.novametal.driver.config.Texts;

/** A kernel or ramdisk that nodes boot. */
public sealed interface BootFile {
    /**
     * One that nodes fetch from elsewhere.
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
     * One that the driver serves.
     *
     * @param file an absolute path
     */
    record Local(Path file) implements BootFile {
        @Override
        public String location() {
            return file.toString();
        }
    }

    /** Its URL or path, as it is configured. */
    String location();

    /**
     * Reads one from its configured text.
     *
     * @throws IllegalArgumentException whose message follows the text
     */
    static BootFile parse(String text) {
        if (text.startsWith("http://") || text.startsWith("https://")) {
            return new Remote(Texts.httpUrl(text));
        }
        if (text.startsWith("/")) {
            return new Local(Texts.absolute(text));
        }
        throw new IllegalArgumentException(
                "is neither an http(s) URL nor an absolute path; ids of an image service are not taken");
    }
}
