package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The list of all open operations, and what is said of operations without a living host. */
class OpenOperationsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    @BeforeEach
    void enrol() throws Exception {
        InventoryFixture.configuration(folder);
        InventoryFixture.enrol(folder, List.of(InventoryFixture.spec(1), InventoryFixture.spec(2)));
    }

    private CommandRun run(String... words) {
        return CommandRun.in(folder, words);
    }

    @Test
    void withoutANodeTheOpenOperationsOfAllNodesAreListed() {
        List<String> begun =
                InventoryFixture.beginCleanings(folder, List.of(InventoryFixture.spec(21), InventoryFixture.spec(22)));
        assertThat(run("node", "manage", "node-1", "--queue").code()).isZero();
        assertThat(run("operation", "release", "node-22").code()).isZero();

        CommandRun listed = run("operation", "list");

        assertThat(listed.code()).as(listed.err()).isZero();
        assertThat(listed.out().lines().toList()).hasSize(3).satisfies(lines -> {
            assertThat(lines.get(0)).containsPattern("NODE +OPERATION +KIND +STATUS +STEP +PROGRESS +AGE");
            assertThat(lines.get(1)).contains("node-21", begun.getFirst(), "manual-clean", "running", "0 %");
            assertThat(lines.get(2)).contains("node-1", "manage", "requested").containsPattern("\\d+ s$");
        });
        assertThat(listed.err()).contains("no host works on the manual-clean of node node-21");
    }

    @Test
    void withoutOpenOperationsTheListIsEmpty() {
        assertThat(run("operation", "list", "-f", "json")).isEqualTo(new CommandRun(0, "", ""));
    }

    @Test
    void listsOfTheNewestSayWhenThereAreMore() {
        for (int i = 0; i < 3; i++) {
            assertThat(run("node", "manage", "node-1", "--queue").code()).isZero();
        }

        CommandRun two = run("operation", "list", "node-1", "--most", "2", "-f", "value");
        assertThat(two.out().lines()).hasSize(2);
        assertThat(two.err()).contains("these are the newest 2 operations; --most N shows more");
        assertThat(run("operation", "list", "node-1", "--most", "3").err()).doesNotContain("shows more");
        CommandRun history = run("node", "history", "node-1", "--most", "2", "-f", "value");
        assertThat(history.out().lines()).hasSize(2);
        assertThat(history.err()).contains("these are the newest 2 entries; --most N shows more");
        assertThat(run("node", "history", "node-1", "--most", "100").err()).isEmpty();
    }

    @Test
    void aCancellationWithoutAHostSaysWhoUndoesItAndTheChoices() {
        String cleaning = InventoryFixture.beginCleanings(folder, List.of(InventoryFixture.spec(21)))
                .getFirst();

        CommandRun cancelled = run("operation", "cancel", cleaning);

        assertThat(cancelled.code()).isZero();
        assertThat(cancelled.err())
                .contains("no host works on the manual-clean of node node-21")
                .contains("The next compute host undoes it, and so does: nova-metal operation show " + cleaning
                        + " --local")
                .contains("nova-metal operation release node-21");
    }
}
