package org.novametal.baremetal.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.store.StoreFixture;

class SealedValuesTest {
    @TempDir
    Path folder;

    @Test
    void everyColumnOfBytesIsAPlaceOfEncryptedValues() throws Exception {
        StoreFixture.open(folder).close();
        List<String> columns = new ArrayList<>();
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + StoreFixture.database(folder));
                var statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT m.name, c.name FROM sqlite_schema m,"
                        + " pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type = 'BLOB'")) {
            while (rows.next()) {
                columns.add(rows.getString(1) + "." + rows.getString(2));
            }
        }

        List<String> places = new ArrayList<>(SealedValues.PLACES.stream()
                .map(place -> place.table() + "." + place.column())
                .toList());
        places.add("key_check.sealed");
        assertThat(columns).containsExactlyInAnyOrderElementsOf(places);
    }
}
