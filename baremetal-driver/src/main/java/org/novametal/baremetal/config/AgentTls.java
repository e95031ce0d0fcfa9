package org.novametal.baremetal.config;

/** Whether a deploy ramdisk must be reached by TLS. */
public enum AgentTls {
    /** It must: a ramdisk that offers plain HTTP is refused. */
    REQUIRED,
    /** Plain HTTP is taken too, and its token can then be read on the wire. */
    OPTIONAL
}
