package org.novametal.baremetal.store.sql;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.novametal.baremetal.store.SecretCipher;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.model.Secret;

/**
 * All encrypted values of the database: the places where they are, so that all can be checked, or encrypted with another key.
 * {@code SealedValuesTest} compares the places with the schema.
 */
final class SealedValues {
    /**
     * A column of encrypted values.
     *
     * @param table the table
     * @param id the column with the UUID to which the value is bound
     * @param column the column, whose name the value is bound to
     */
    record Place(String table, String id, String column) {}

    static final List<Place> PLACES = List.of(
            new Place("nodes", "uuid", "bmc_password"),
            new Place("nodes", "uuid", "bmc_key"),
            new Place("agents", "node_uuid", "token"),
            new Place("agents", "node_uuid", "image_secret"),
            new Place("operations", "id", "secrets"));

    @SuppressWarnings("ArrayRecordComponent") // passed on, never compared
    private record Value(String id, byte[] sealed) {}

    private SealedValues() {}

    /**
     * Encrypts all values with another key. To be called inside a write transaction; nothing may be committed when this throws.
     *
     * @return how many values there are
     * @throws DriverException {@code DRIVER_NOT_READY} naming a value that cannot be decrypted
     */
    static int reencrypt(SqlSession session, SecretCipher from, SecretCipher to) throws SQLException {
        int count = 0;
        for (Place place : PLACES) {
            for (Value value : values(session, place)) {
                UUID id = UUID.fromString(value.id());
                Secret secret = from.open(id, place.column(), value.sealed());
                session.update(
                        "UPDATE " + place.table() + " SET " + place.column() + " = ? WHERE " + place.id() + " = ?",
                        to.seal(id, place.column(), secret),
                        value.id());
                count++;
            }
        }
        return count;
    }

    /** What cannot be decrypted, one text each. */
    static List<String> faults(SqlSession session, SecretCipher cipher) throws SQLException {
        List<String> faults = new ArrayList<>();
        for (Place place : PLACES) {
            for (Value value : values(session, place)) {
                try {
                    cipher.open(UUID.fromString(value.id()), place.column(), value.sealed());
                } catch (DriverException e) {
                    faults.add(e.getMessage());
                } catch (IllegalArgumentException e) {
                    faults.add("a row of the table " + place.table() + " has an id that is not a UUID");
                }
            }
        }
        return faults;
    }

    private static List<Value> values(SqlSession session, Place place) throws SQLException {
        return session.list(
                "SELECT " + place.id() + ", " + place.column() + " FROM " + place.table() + " WHERE " + place.column()
                        + " IS NOT NULL",
                row -> new Value(row.getString(1), row.getBytes(2)));
    }
}
