package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What verbs print of what they changed, would change, or refused. */
class ChangesInWordsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    @BeforeEach
    void enrol() throws Exception {
        InventoryFixture.configuration(folder);
        InventoryFixture.enrol(
                folder, List.of(InventoryFixture.spec(1), InventoryFixture.spec(2), InventoryFixture.spec(3)));
    }

    private CommandRun run(String... words) {
        return CommandRun.in(folder, words);
    }

    @Test
    void marksPrintALineOfWhatWasChanged() {
        assertThat(run("node", "maintenance", "node-1", "node-2", "--reason", "fan replaced"))
                .isEqualTo(new CommandRun(
                        0, "node-1: is in maintenance: fan replaced\nnode-2: is in maintenance: fan replaced\n", ""));
        assertThat(run("node", "maintenance", "node-1", "--end").out())
                .isEqualTo("node-1: is in use again; it is available\n");
        assertThat(run("node", "retire", "node-3", "--reason", "end of lease").out())
                .isEqualTo("node-3: is retired: end of lease; it is manageable\n");
        assertThat(run("node", "retire", "node-3", "--end").out())
                .isEqualTo("node-3: is not retired any more; it is manageable\n");
        assertThat(run("node", "protect", "node-1", "--end").out()).isEqualTo("node-1: is not protected any more\n");
        assertThat(run("node", "fault", "node-1", "--end").out())
                .isEqualTo("node-1: has no fault any more; it is available\n");
        assertThat(run("node", "delete", "node-3").out()).isEqualTo("node-3: deleted from the inventory\n");
    }

    @Test
    void marksPrintTheNodeForOtherPrograms() {
        assertThat(run("node", "maintenance", "node-1", "--reason", "fan", "-f", "value", "-c", "maintenance")
                        .out())
                .isEqualTo("fan\n");
    }

    @Test
    void aReasonWithControlCharactersIsEscaped() {
        assertThat(run("node", "maintenance", "node-1", "--reason", "a\u001b[2Jb")
                        .out())
                .startsWith("node-1: is in maintenance: a")
                .doesNotContain("\u001b");
    }

    @Test
    void aRemovedPortIsNamed() {
        assertThat(run("port", "create", "node-1", "--mac", "52:54:00:00:99:01").code())
                .isZero();

        assertThat(run("port", "delete", "52:54:00:00:99:01", "--dry-run").out())
                .isEqualTo("would remove port 52:54:00:00:99:01 of node node-1\n");
        assertThat(run("port", "delete", "52:54:00:00:99:01").out())
                .isEqualTo("removed port 52:54:00:00:99:01 of node node-1\n");
    }

    @Test
    void aRefusedVerbPrintsNoEmptyTable() {
        assertThat(run("node", "undeploy", "node-1", "--queue").out()).isEmpty();
        assertThat(run("node", "power", "on", "node-1").out()).isEmpty();
    }

    @Test
    void aDryRunSaysWhichNodesWouldRefuseAndWhyAndChangesNothing() {
        assertThat(run("node", "manage", "node-2", "--queue").code()).isZero();
        InventoryFixture.beginCleanings(folder, List.of(InventoryFixture.spec(21)));

        CommandRun dry = run("node", "provide", "--all", "--queue", "--dry-run");

        assertThat(dry.code()).isEqualTo(1);
        assertThat(dry.out()).contains("node-1", "node-2", "node-3", "node-21");
        assertThat(dry.err().lines())
                .hasSize(4)
                .anyMatch(line -> line.contains("node node-1: ") && line.contains("provide"))
                .anyMatch(line -> line.contains("node node-21: "));
        CommandRun power = run("node", "power", "off", "--all", "--queue", "--dry-run");
        assertThat(power.err().lines()).singleElement().asString().contains("node-21");
        assertThat(run("node", "deploy", "node-1", "--image", "file:///i", "--queue", "--dry-run"))
                .extracting(CommandRun::code, CommandRun::err)
                .containsExactly(0, "");
        assertThat(run("operation", "list", "-f", "value", "-c", "kind").out().lines())
                .containsExactlyInAnyOrder("manage", "manual-clean");
    }

    @Test
    void aDryRunOfADeletionOrProtectionSaysWhichNodesWouldRefuse() {
        assertThat(run("node", "deploy", "node-2", "--image", "http://x/i", "--queue")
                        .code())
                .isZero();

        CommandRun deletion = run("node", "delete", "node-1", "node-2", "--dry-run");
        assertThat(deletion.code()).isEqualTo(1);
        assertThat(deletion.err().lines()).singleElement().asString().contains("node node-2 is", "cannot be deleted");
        CommandRun protection = run("node", "protect", "node-1", "--reason", "db", "--dry-run");
        assertThat(protection.code()).isEqualTo(1);
        assertThat(protection.err()).contains("node node-1 is available and cannot be protected");
        assertThat(run("node", "protect", "node-1", "--end", "--dry-run").code())
                .isZero();
        assertThat(run("node", "list", "-f", "value", "-c", "name").out().lines())
                .hasSize(3);
    }

    @Test
    void aDryRunWithoutAHostSaysThatAHostIsMissing() {
        CommandRun dry = run("node", "manage", "node-1", "node-2", "--dry-run");

        assertThat(dry.code()).as("no node refuses").isZero();
        assertThat(dry.err().lines()).singleElement().asString().contains("no compute host works on this inventory");
        assertThat(run("node", "manage", "node-1", "--local", "--dry-run").err())
                .isEmpty();
    }
}
