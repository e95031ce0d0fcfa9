package org.novametal.driver.model;

/** How new an answer must be: Nova's {@code refresh} and {@code use_cache}. */
public enum Freshness {
    /** The last known value is sufficient. */
    CACHED,
    /** The value must be read from the machine or store now. */
    LIVE
}
