package org.novametal.bmc;

/** Where a machine can boot from. */
public enum BootDevice {
    /** No override: the machine's own boot order. */
    NONE,
    /** The network, by PXE or UEFI HTTP. */
    NETWORK,
    /** The default disk. */
    DISK,
    /** A CD or DVD drive, real or virtual. */
    CDROM,
    /** The firmware's setup. */
    FIRMWARE_SETUP
}
