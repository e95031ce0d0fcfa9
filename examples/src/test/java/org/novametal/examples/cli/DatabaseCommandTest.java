package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.baremetal.store.FileHold;
import picocli.CommandLine;

class DatabaseCommandTest {
    private static final String EXAMPLE = "Example: nova-metal ";

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void makeAnInventory() throws Exception {
        InventoryFixture.configuration(folder);
        InventoryFixture.enrol(folder, List.of(InventoryFixture.spec(7)));
    }

    private int run(String line) {
        List<String> words = new ArrayList<>();
        for (String word : line.split(" ", -1)) {
            boolean isFile = word.equals("nova.conf") || word.equals("inventory.backup");
            words.add(isFile ? folder.resolve(word).toString() : word);
        }
        return NovaMetal.commandLine()
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words.toArray(String[]::new));
    }

    private static String example(String command) {
        CommandLine database =
                Objects.requireNonNull(NovaMetal.commandLine().getSubcommands().get("database"));
        CommandLine verb = Objects.requireNonNull(database.getSubcommands().get(command));
        return Arrays.stream(verb.getCommandSpec().usageMessage().description())
                .filter(line -> line.startsWith(EXAMPLE))
                .findFirst()
                .orElseThrow()
                .substring(EXAMPLE.length());
    }

    @Test
    void theExamplesInTheHelpsRun() {
        for (String command : List.of("backup", "check", "rotate-key")) {
            assertThat(run(example(command))).as(command + ": " + err).isZero();
        }
        assertThat(run("database restore inventory.backup --config-file nova.conf --backup-key file:"
                        + folder.resolve("state/secret.key.old")))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("the inventory before is ");
        assertThat(run(example("check"))).as(err.toString()).isZero();
        assertThat(out.toString() + err).doesNotContain("secret-4711");
    }

    @Test
    void aRestoreOfAnUnchangedKeyRunsAsInItsExample() {
        run(example("backup"));

        assertThat(run(example("restore"))).as(err.toString()).isZero();
    }

    @Test
    void aHostThatLivesIsSaidInWords() throws Exception {
        try (FileHold host = FileHold.of(folder.resolve("state/host.lock")).orElseThrow()) {
            assertThat(host).isNotNull();
            assertThat(run(example("rotate-key"))).isEqualTo(1);
        }
        assertThat(err.toString())
                .contains("a compute host works on the inventory")
                .contains("stop it first");
    }

    @Test
    void aDamagedInventoryEndsACheckWithOne() throws Exception {
        Path database = folder.resolve("state/nova-metal.db");
        Files.writeString(database, "no database ".repeat(1000));

        assertThat(run(example("check"))).isEqualTo(1);
    }

    @Test
    void aCommandThatPrintsNoKeyIsEndedAfterTheTimeout() {
        assertThat(NovaMetal.commandLine()
                        .setErr(new PrintWriter(err))
                        .execute(
                                "database",
                                "rotate-key",
                                "--config-file",
                                folder.resolve("nova.conf").toString(),
                                "--new-key",
                                "command:sleep 3000",
                                "--timeout",
                                "1"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("did not end within 1.0 s");
    }

    @Test
    void anOlderSchemaIsUpgradedWhereThatIsAsked() throws Exception {
        Path database = folder.resolve("state/nova-metal.db");
        try (var connection = DriverManager.getConnection("jdbc:sqlite:" + database);
                var statement = connection.createStatement()) {
            statement.execute("DELETE FROM schema_version WHERE version = (SELECT max(version) FROM schema_version)");
        }

        assertThat(run(example("check"))).isEqualTo(1);
        assertThat(err.toString()).contains("nova-metal node list --upgrade-schema");
    }

    @Test
    void anOperationFromABackupIsSaidToBeOne() throws Exception {
        String cleaning = InventoryFixture.beginCleanings(folder, List.of(InventoryFixture.spec(21)))
                .getFirst();
        run(example("backup"));
        assertThat(run(example("restore"))).as(err.toString()).isZero();

        assertThat(run("operation show " + cleaning + " --config-file nova.conf"))
                .as(err.toString())
                .isZero();
        assertThat(out.toString()).contains("restored_at");
        assertThat(err.toString())
                .contains("the manual-clean of node node-21 comes from the backup that was restored at ")
                .contains("it goes on at step clean.erase when a host runs it")
                .contains("nova-metal operation cancel " + cleaning);
        err.getBuffer().setLength(0);
        assertThat(run("operation list --config-file nova.conf")).isZero();
        assertThat(err.toString())
                .contains("the manual-clean of node node-21 comes from the backup that was restored at ");
    }

    @Test
    void aKeyOnTheCommandLineIsRefusedWithoutBeingRepeated() {
        assertThat(run("database rotate-key --config-file nova.conf --new-key 0123456789abcdef"))
                .isEqualTo(2);
        assertThat(err.toString()).contains("env:NAME").doesNotContain("0123456789abcdef");
    }
}
