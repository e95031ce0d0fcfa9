package org.novametal.driver.model;

/** What a rebuild does with the disks: Nova's {@code preserve_ephemeral}. */
public enum DiskTreatment {
    /** All disks are written anew. */
    REPLACE_ALL,
    /** The ephemeral partition keeps its content. */
    PRESERVE_EPHEMERAL
}
