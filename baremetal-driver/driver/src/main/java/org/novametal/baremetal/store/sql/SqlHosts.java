package org.novametal.baremetal.store.sql;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.novametal.baremetal.store.HostStore;
import org.novametal.driver.model.HostName;

/** The store of compute hosts. */
record SqlHosts(SqlAccess database) implements HostStore {
    private static final String SAME = " WHERE name = ? AND boot_id = ? AND pid = ? AND started_at = ?";

    @Override
    public void announce(HostRecord host) {
        database.write(
                "written to announce host " + host.name(),
                session -> session.update(
                        "INSERT INTO hosts (name, boot_id, pid, started_at, heartbeat_at) VALUES (?, ?, ?, ?, ?)"
                                + " ON CONFLICT (name) DO UPDATE SET boot_id = excluded.boot_id, pid = excluded.pid,"
                                + " started_at = excluded.started_at, heartbeat_at = excluded.heartbeat_at",
                        host.name().value(),
                        host.bootId(),
                        host.pid(),
                        host.startedAt().toString(),
                        host.heartbeatAt().toString()));
    }

    @Override
    public boolean heartbeat(HostRecord host, Instant now) {
        return database.write(
                        "written for the heartbeat of host " + host.name(),
                        session -> session.update(
                                "UPDATE hosts SET heartbeat_at = ?" + SAME,
                                now.toString(),
                                host.name().value(),
                                host.bootId(),
                                host.pid(),
                                host.startedAt().toString()))
                > 0;
    }

    @Override
    public void withdraw(HostRecord host) {
        database.write(
                "written to withdraw host " + host.name(),
                session -> session.update(
                        "DELETE FROM hosts" + SAME,
                        host.name().value(),
                        host.bootId(),
                        host.pid(),
                        host.startedAt().toString()));
    }

    @Override
    public List<HostRecord> all() {
        return database.read(
                "read for the compute hosts",
                session -> session.list(
                        "SELECT name, boot_id, pid, started_at, heartbeat_at FROM hosts ORDER BY name", SqlHosts::map));
    }

    private static HostRecord map(ResultSet set) throws SQLException {
        return StoredRow.of(
                set,
                "hosts",
                "name",
                row -> new HostRecord(
                        row.value("name", HostName::new),
                        row.text("boot_id"),
                        row.count("pid"),
                        row.time("started_at"),
                        row.time("heartbeat_at")));
    }
}
