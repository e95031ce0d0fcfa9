package org.novametal.driver.capability;

/** A part of a spawn or rebuild that some drivers honour and others cannot; see {@link RequestCheck}. */
public enum RequestFeature {
    /** A config drive, with user data, keys and injected files in it. */
    CONFIG_DRIVE,
    /** Empty local disks. */
    EPHEMERAL_DISKS,
    /** A local disk for swapping. */
    SWAP,
    /** Volumes in addition to the local disk. */
    VOLUMES,
    /** A volume to boot from. */
    BOOT_FROM_VOLUME,
    /** Interfaces that have only IPv6 addresses. */
    IPV6_ONLY_PORTS,
    /** Rebuilds that keep the ephemeral partition. */
    PRESERVE_EPHEMERAL,
    /** The administrator's password. Never a reason to refuse: the operation says when the password was not used. */
    ADMIN_PASSWORD
}
