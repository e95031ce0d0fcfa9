package org.novametal.baremetal.step;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Optional;

/** Moments that steps remember, on the scale of {@link StepContext#worked}. */
public final class Stamp {
    private Stamp() {}

    /** Keeps the present moment under a key. */
    public static void put(StepContext context, String key) {
        context.remember(key, context.worked().toString());
    }

    /**
     * The moment kept under a key; empty if there is none, or if an older program kept the time of day, which cannot be
     * compared.
     */
    public static Optional<Duration> at(StepContext context, String key) {
        Optional<String> kept = context.recall(key);
        try {
            return kept.map(Duration::parse);
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    /** How long ago the moment kept under a key was; empty as for {@link #at}. */
    public static Optional<Duration> age(StepContext context, String key) {
        return at(context, key).map(context.worked()::minus);
    }
}
