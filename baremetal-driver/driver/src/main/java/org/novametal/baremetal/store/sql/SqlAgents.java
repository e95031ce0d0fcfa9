package org.novametal.baremetal.store.sql;

import java.net.InetAddress;
import java.net.URI;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.novametal.baremetal.inventory.AgentRecord;
import org.novametal.baremetal.store.AgentStore;
import org.novametal.baremetal.store.SecretCipher;

/** Reads and writes the table of deploy ramdisks. */
record SqlAgents(SqlAccess database, SecretCipher cipher) implements AgentStore {
    private static final String TOKEN = "token";
    private static final String IMAGE_SECRET = "image_secret";

    @Override
    public Optional<AgentRecord> find(UUID node) {
        return database.read(
                "read for the agent of node " + node,
                session -> session.first(
                        "SELECT node_uuid, token, address, deliveries, image_secret, intrusion, callback_url, certificate,"
                                + " agent_version, heartbeat_at FROM agents WHERE node_uuid = ?",
                        set -> StoredRow.of(
                                set,
                                "agents",
                                "node_uuid",
                                row -> new AgentRecord(
                                        node,
                                        cipher.open(node, TOKEN, row.bytes(TOKEN)),
                                        row.optionalValue("address", InetAddress::ofLiteral),
                                        Math.toIntExact(row.count("deliveries")),
                                        row.optionalBytes(IMAGE_SECRET)
                                                .map(bytes -> cipher.open(node, IMAGE_SECRET, bytes)),
                                        row.optionalText("intrusion"),
                                        row.optionalValue("callback_url", URI::create),
                                        row.optionalText("certificate"),
                                        row.optionalText("agent_version"),
                                        row.optionalTime("heartbeat_at"))),
                        node.toString()));
    }

    @Override
    public void save(AgentRecord agent) {
        database.write("written to save the agent of node " + agent.node(), session -> {
            NodeRows.requirePresent(session, agent.node());
            return session.update(
                    """
                    INSERT INTO agents (node_uuid, token, address, deliveries, image_secret, intrusion, callback_url,
                        certificate, agent_version, heartbeat_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                    ON CONFLICT (node_uuid) DO UPDATE SET token = excluded.token, address = excluded.address,
                        deliveries = excluded.deliveries, image_secret = excluded.image_secret,
                        intrusion = excluded.intrusion, callback_url = excluded.callback_url,
                        certificate = excluded.certificate, agent_version = excluded.agent_version,
                        heartbeat_at = excluded.heartbeat_at""",
                    agent.node().toString(),
                    cipher.seal(agent.node(), TOKEN, agent.token()),
                    agent.address().map(InetAddress::getHostAddress).orElse(null),
                    agent.deliveries(),
                    agent.imageSecret()
                            .map(secret -> cipher.seal(agent.node(), IMAGE_SECRET, secret))
                            .orElse(null),
                    agent.intrusion().orElse(null),
                    agent.callbackUrl().map(URI::toString).orElse(null),
                    agent.certificate().orElse(null),
                    agent.agentVersion().orElse(null),
                    agent.heartbeatAt().map(Instant::toString).orElse(null));
        });
    }

    @Override
    public void forget(UUID node) {
        database.write("written to forget the agent of node " + node, session -> forget(session, node.toString()));
    }

    /** Deletes the record of the ramdisk on a node, if there is one, in a transaction of the caller. */
    static int forget(SqlSession session, String node) throws SQLException {
        return session.update("DELETE FROM agents WHERE node_uuid = ?", node);
    }
}
