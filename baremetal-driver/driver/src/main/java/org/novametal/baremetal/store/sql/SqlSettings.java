package org.novametal.baremetal.store.sql;

import java.util.Objects;
import java.util.Optional;
import org.novametal.baremetal.store.Settings;

/** Reads and writes the table of settings. */
record SqlSettings(SqlAccess database) implements Settings {
    @Override
    public Optional<String> find(String name) {
        return database.read(
                "read for the setting " + name,
                session -> session.first(
                        "SELECT value FROM settings WHERE name = ?", row -> row.getString("value"), name));
    }

    @Override
    public void save(String name, String value) {
        Objects.requireNonNull(value, "value");
        database.write(
                "written to save the setting " + name,
                session -> session.update(
                        "INSERT INTO settings (name, value) VALUES (?, ?)"
                                + " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
                        name,
                        value));
    }
}
