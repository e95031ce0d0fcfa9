package org.novametal.driver.model;

/** How user data, keys and other metadata reach the guest. */
public enum MetadataDelivery {
    /** By a config drive, which the driver writes. */
    CONFIG_DRIVE,
    /** By Nova's metadata service; the driver does nothing. */
    SERVICE,
    /** Not at all; the driver does nothing. */
    NONE
}
