package org.novametal.baremetal.store;

import java.time.Instant;
import java.util.List;
import org.novametal.driver.model.HostName;

/** The interface to the stored compute hosts: which processes run operations on the inventory's nodes. */
public interface HostStore {
    /** Stores a host, and replaces an earlier host of the same name. */
    void announce(HostRecord host);

    /**
     * Records that a host lives. Does nothing if another process has announced a host of that name since.
     *
     * @return whether the host is still the announced one
     */
    boolean heartbeat(HostRecord host, Instant now);

    /** Removes a host that stops. Does nothing if another process has announced a host of that name since. */
    void withdraw(HostRecord host);

    /** All announced hosts by name; some may be dead. */
    List<HostRecord> all();

    /**
     * A compute host.
     *
     * @param name its name
     * @param bootId identifies the boot of the machine on which its process runs
     * @param pid the process
     * @param startedAt when it was announced
     * @param heartbeatAt when it was last known to live
     */
    record HostRecord(HostName name, String bootId, long pid, Instant startedAt, Instant heartbeatAt) {}
}
