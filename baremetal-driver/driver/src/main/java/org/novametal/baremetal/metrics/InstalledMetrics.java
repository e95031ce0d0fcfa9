package org.novametal.baremetal.metrics;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out whether Micrometer is on the class path. */
public final class InstalledMetrics {
    private static final Logger LOG = LoggerFactory.getLogger(InstalledMetrics.class);

    private InstalledMetrics() {}

    /** The measurements of Micrometer's global registry; empty if Micrometer is not on the class path. */
    public static Optional<DriverMetrics> find() {
        try {
            Class.forName("io.micrometer.core.instrument.Metrics", false, InstalledMetrics.class.getClassLoader());
        } catch (ClassNotFoundException e) {
            LOG.debug("Micrometer is not on the class path: nothing is measured", e);
            return Optional.empty();
        }
        try {
            return Optional.of(MicrometerMetrics.global());
        } catch (LinkageError e) {
            LOG.warn("Micrometer on the class path cannot be used, so nothing is measured: {}", e.toString());
            return Optional.empty();
        }
    }
}
