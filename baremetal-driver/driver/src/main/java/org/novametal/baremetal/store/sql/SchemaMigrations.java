package org.novametal.baremetal.store.sql;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novametal.baremetal.store.StoreOptions.Schema;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Upgrades a database to the newest version of the store's schema.
 *
 * <p>A schema change first adds tables and columns, which older programs may ignore; old tables and columns are removed some
 * releases later. Each version states the oldest program that can still work with it. A database with a newer schema is used
 * unchanged if its version allows this program, and refused otherwise.
 */
final class SchemaMigrations {
    private static final Logger LOG = LoggerFactory.getLogger(SchemaMigrations.class);

    /**
     * One version of the schema.
     *
     * @param version the version's number: without gaps, from 1 or, in a dialect that was added later, from the newest version
     *     at that time
     * @param minimumReader the oldest version whose programs can read and write this version
     * @param resource the file with the statements that upgrade from the version before
     */
    record Migration(int version, int minimumReader, String resource) {}

    private record Found(int version, int minimumReader) {}

    private SchemaMigrations() {}

    /**
     * Upgrades the database to the newest of these versions, and says so at WARN; to be called inside a write transaction. An
     * empty database always gets the newest version.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when the database is too new, or too old and must not be upgraded
     */
    static void apply(SqlSession session, List<Migration> migrations, Instant now, Schema older) throws SQLException {
        session.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY,"
                + " minimum_reader INTEGER NOT NULL, applied_at TEXT NOT NULL)");
        Optional<Found> found = session.first(
                "SELECT version, minimum_reader FROM schema_version ORDER BY version DESC LIMIT 1",
                row -> new Found(row.getInt("version"), row.getInt("minimum_reader")));
        int newest = migrations.getLast().version();
        if (found.isPresent() && found.get().minimumReader() > newest) {
            throw new DriverException(
                    ErrorCode.DRIVER_NOT_READY,
                    "the node store has schema version " + found.get().version() + ", which needs a program with"
                            + " schema version " + found.get().minimumReader() + " or newer; this program has " + newest
                            + ". Run the newer program, or restore a backup of the store from before the upgrade");
        }
        int present = found.map(Found::version).orElse(0);
        if (present > newest) {
            LOG.warn(
                    "the node store has schema version {}, this program has {}: it leaves what the newer program added as it is",
                    present,
                    newest);
        }
        if (found.isPresent() && present < newest) {
            if (older == Schema.REFUSED) {
                throw new DriverException(
                        ErrorCode.DRIVER_NOT_READY,
                        "the node store has schema version " + present + ", this program has " + newest
                                + ". The compute host of this version upgrades it at its start; use the program of the"
                                + " host's version until then, or stop the host and upgrade it with this program, for"
                                + " example with: nova-metal node list --upgrade-schema");
            }
            LOG.warn(
                    "the node store is upgraded from schema version {} to {}; programs older than schema version {} cannot"
                            + " use it any more",
                    present,
                    newest,
                    migrations.getLast().minimumReader());
        }
        for (Migration migration : migrations) {
            if (migration.version() > present) {
                for (String statement : statements(migration.resource())) {
                    session.execute(statement);
                }
                session.update(
                        "INSERT INTO schema_version (version, minimum_reader, applied_at) VALUES (?, ?, ?)",
                        migration.version(),
                        migration.minimumReader(),
                        now.toString());
            }
        }
    }

    private static List<String> statements(String resource) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : text(resource).lines().toList()) {
            if (line.isBlank() || line.startsWith("--")) {
                continue;
            }
            statement.append(line).append('\n');
            boolean inTrigger = statement.indexOf(" BEGIN\n") >= 0 && !line.equals("END;");
            if (line.endsWith(";") && !inTrigger) {
                statements.add(statement.toString());
                statement.setLength(0);
            }
        }
        if (!statement.isEmpty()) {
            throw new IllegalStateException(resource + " ends in the middle of a statement: " + statement);
        }
        return statements;
    }

    private static String text(String resource) {
        try (InputStream stream = SchemaMigrations.class.getResourceAsStream(resource)) {
            if (stream == null) {
                throw new IllegalStateException("the resource " + resource + " is missing from this build");
            }
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
