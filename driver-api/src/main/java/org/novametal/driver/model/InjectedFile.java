package org.novametal.driver.model;

import java.util.Objects;

/**
 * A file that the user wants inside the instance.
 *
 * @param path the absolute path
 * @param content the content, encoded in base64
 */
public record InjectedFile(String path, String content) {
    /** Checks that neither is null. */
    public InjectedFile {
        Objects.requireNonNull(path, "path");
        Objects.requireNonNull(content, "content");
    }

    @Override
    public String toString() {
        return "InjectedFile[" + path + "]";
    }
}
