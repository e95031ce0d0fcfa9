package org.novametal.driver.model;

/** How new an answer must be: Nova's {@code refresh} and {@code use_cache}. */
public enum Freshness {
    /** The last known answer will do. */
    CACHED,
    /** The machine or store must be asked now. */
    LIVE
}
