package org.novametal.image;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import org.novametal.queue.AdmissionQueue.Place;

/**
 * The progress of preparing an image.
 *
 * @param stage the current stage
 * @param doneBytes how many bytes of this stage are done
 * @param totalBytes how many bytes this stage has; -1 when the source does not say
 * @param place the place in the queue, while the stage waits in one for its begin
 */
public record ImageProgress(Stage stage, long doneBytes, long totalBytes, Optional<Place> place) {
    /** The stages of preparing an image, in this order; a stage that an image does not need is left out. */
    public enum Stage {
        /** The image's bytes are fetched and hashed. */
        FETCHING,
        /** The image waits to be converted to raw, or is converted. */
        CONVERTING,
        /** The raw image is hashed. */
        HASHING
    }

    /** Checks that the stage is not null. */
    public ImageProgress {
        Objects.requireNonNull(stage, "stage");
        Objects.requireNonNull(place, "place");
    }

    /** The progress of a stage that has begun. */
    public ImageProgress(Stage stage, long doneBytes, long totalBytes) {
        this(stage, doneBytes, totalBytes, Optional.empty());
    }

    /** The completed fraction of this stage, 0 to 1; empty when the total is unknown. */
    public OptionalDouble fraction() {
        return totalBytes <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.min(1.0, (double) doneBytes / totalBytes));
    }
}
