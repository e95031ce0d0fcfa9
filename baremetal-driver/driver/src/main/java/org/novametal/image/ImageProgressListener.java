package org.novametal.image;

/** Receives the progress of an image. It is called in the thread that waits for the image, a few times a second. */
@FunctionalInterface
public interface ImageProgressListener {
    /** A listener that does nothing. */
    ImageProgressListener NONE = progress -> {};

    /** Receives the progress; an exception that it throws ends the wait. */
    void progress(ImageProgress progress);
}
