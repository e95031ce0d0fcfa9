package org.novametal.baremetal.config;

/** Who runs the DHCP server of the provisioning network. */
public enum DhcpMode {
    /** Others run a dnsmasq that reads {@code dhcp_dir}. */
    FILES,
    /** The driver runs a dnsmasq. */
    MANAGED
}
