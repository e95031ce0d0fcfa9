package org.novametal.dhcp;

/** Makes a dnsmasq read its files again. */
interface DnsmasqSignal {
    /**
     * Sends it; returns before dnsmasq has read the files.
     *
     * @throws DhcpException when it cannot be sent
     */
    void send() throws InterruptedException;

    /**
     * Checks that the dnsmasq which got the signal still runs.
     *
     * @throws DhcpException when it has ended
     */
    void requireRunning();
}
