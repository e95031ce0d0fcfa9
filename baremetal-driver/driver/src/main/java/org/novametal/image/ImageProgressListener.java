package org.novametal.image;

/** Hears how far an image is. It is called in the thread that waits for the image, a few times a second. */
@FunctionalInterface
public interface ImageProgressListener {
    /** A listener that does nothing. */
    ImageProgressListener NONE = progress -> {};

    /** Hears of progress; what it throws ends the wait. */
    void progress(ImageProgress progress);
}
