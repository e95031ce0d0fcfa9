package org.novametal.baremetal.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The diagram in the package's README is the table. */
class MachineDiagramTest {
    private static final Path README = Path.of("src/main/java/org/novametal/baremetal/state/README.md");

    @Test
    void theReadmeShowsTheTableAsItIs() throws IOException {
        String text = Files.readString(README);

        assertThat(text.substring(text.indexOf("```mermaid"), text.lastIndexOf("```") + 3))
                .as("the diagram of %s, which is to be", README)
                .isEqualTo(diagram());
    }

    private static String diagram() {
        return "```mermaid\nstateDiagram-v2\n"
                + ProvisionTable.rows().stream()
                        .map(row -> "    " + id(row.from()) + " --> " + id(row.to()) + ": "
                                + row.event().name().toLowerCase(Locale.ROOT) + "\n")
                        .collect(Collectors.joining())
                + "```";
    }

    private static String id(ProvisionState state) {
        return state.persistedName().replaceAll("[ -]", "_");
    }
}
