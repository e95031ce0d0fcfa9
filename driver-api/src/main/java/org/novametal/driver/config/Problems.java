package org.novametal.driver.config;

import java.util.ArrayList;
import java.util.List;
import org.novametal.driver.config.NovaConf.Origin;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/** Errors in a configuration, one line each, collected so that all errors are reported at once. Used by one thread. */
final class Problems {
    private final List<String> lines = new ArrayList<>();

    void add(Origin origin, String problem) {
        add(origin + ": " + problem);
    }

    /** Adds a whole line, unless it was added before. */
    void add(String line) {
        if (!lines.contains(line)) {
            lines.add(line);
        }
    }

    void throwIfAny() {
        if (!lines.isEmpty()) {
            throw new DriverException(ErrorCode.CONFIG_INVALID, String.join("\n", lines));
        }
    }
}
