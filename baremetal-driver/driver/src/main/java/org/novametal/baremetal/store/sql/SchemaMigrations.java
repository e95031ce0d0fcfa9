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
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;

/**
 * Upgrades a database to the newest version of the store's schema.
 *
 * <p>A schema change first adds tables and columns, which older programs may ignore; old tables and columns are removed some
 * releases later. Each version states the oldest program that can still work with it. A database with a newer schema is used
 * unchanged if its version allows this program, and refused otherwise.
 */
final class SchemaMigrations {
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
     * Upgrades the database to the newest of these versions; to be called inside a write transaction.
     *
     * @throws DriverException {@code DRIVER_NOT_READY} when the database is too new
     */
    static void apply(SqlSession session, List<Migration> migrations, Instant now) throws SQLException {
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
