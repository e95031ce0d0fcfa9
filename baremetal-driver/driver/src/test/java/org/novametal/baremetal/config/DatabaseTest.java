package org.novametal.baremetal.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DatabaseTest {
    @Test
    void aPathIsAFile() {
        assertThat(Database.parse("/srv/inventory/nodes.db"))
                .isEqualTo(new Database.InFile(Path.of("/srv/inventory/nodes.db")))
                .hasToString("/srv/inventory/nodes.db");
    }

    @Test
    void aUrlIsADatabaseOfPostgresqlWithOrWithoutJdbcBeforeIt() {
        Database.Postgresql expected =
                new Database.Postgresql("nova", "//db.example:5433/inventory?sslmode=verify-full");
        for (String prefix : new String[] {"", "jdbc:"}) {
            assertThat(Database.parse(prefix + "postgresql://nova@db.example:5433/inventory?sslmode=verify-full"))
                    .isEqualTo(expected);
        }
        assertThat(expected.jdbcUrl()).isEqualTo("jdbc:postgresql://db.example:5433/inventory?sslmode=verify-full");
        assertThat(Database.parse(expected.toString())).isEqualTo(expected);
    }

    @Test
    void aPasswordInTheUrlIsRefusedAndNotRepeated() {
        for (String url : new String[] {
            "postgresql://nova:open-sesame@db/inventory",
            "postgresql://nova@db/inventory?sslmode=require&password=open-sesame",
            "postgresql://nova:open sesame@db/inventory"
        }) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Database.parse(url))
                    .satisfies(e -> assertThat(e)
                            .hasStackTraceContaining("postgresql")
                            .message()
                            .doesNotContain("sesame"));
        }
    }

    @Test
    void whatIsMissingIsSaid() {
        refused("nodes.db", "neither an absolute path nor");
        refused("mysql://nova@db/inventory", "neither an absolute path nor");
        refused("postgresql://db/inventory", "names no user");
        refused("postgresql://nova@db", "names no host or no database");
    }

    private static void refused(String text, String why) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Database.parse(text))
                .withMessageContaining(why);
    }
}
