package org.novametal.image;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How far an image is.
 *
 * @param stage what is being done
 * @param doneBytes how many bytes of this stage are done
 * @param totalBytes how many there are; -1 when the source does not say
 */
public record ImageProgress(Stage stage, long doneBytes, long totalBytes) {
    /** What is done to an image, in this order; a stage that an image does not need is left out. */
    public enum Stage {
        /** Its bytes are fetched and hashed. */
        FETCHING,
        /** It is made raw. */
        CONVERTING,
        /** The raw image is hashed. */
        HASHING
    }

    /** Checks that there is a stage. */
    public ImageProgress {
        Objects.requireNonNull(stage, "stage");
    }

    /** The done part of this stage, 0 to 1, where the whole is known. */
    public OptionalDouble fraction() {
        return totalBytes <= 0
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.min(1.0, (double) doneBytes / totalBytes));
    }
}
