package org.novametal.dhcp;

import java.util.Map;

/** The DHCP server that reads the files of a folder. Safe for several threads. */
public interface DhcpServer {
    /** The MAC of no machine, locally administered: an address with it in {@code dhcp_dir/hosts} is given to nobody. */
    String NO_MACHINE = "02:00:00:00:00:00";

    /**
     * Makes the server read all files again, and waits until it is proved. Calls at the same time share one reading.
     *
     * @return what the server refused to take over, by the name of the file; empty when it took over everything, or when
     *     that cannot be found out
     * @throws DhcpException when the server does not run, ended at it, or did not read the files within a limit
     */
    Map<String, String> reload() throws InterruptedException;

    /** A server that reads changed files without being notified, or that nobody can notify. */
    static DhcpServer notNotified() {
        return Map::of;
    }
}
