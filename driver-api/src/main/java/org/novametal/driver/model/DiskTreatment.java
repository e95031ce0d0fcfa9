package org.novametal.driver.model;

/** What a rebuild does with the disks: Nova's {@code preserve_ephemeral}. */
public enum DiskTreatment {
    /** Nothing on the disks is kept. */
    REPLACE_ALL,
    /** The ephemeral partition keeps its content. */
    PRESERVE_EPHEMERAL
}
