package org.novametal.baremetal.inventory;

/** Whether a machine is to start only signed boot loaders. Recorded and reported; the driver does not change it. */
public enum SecureBoot {
    /** Secure boot is on; needs the boot mode UEFI. */
    ON,
    /** Secure boot is off. */
    OFF,
    /** Unknown. */
    UNSPECIFIED
}
