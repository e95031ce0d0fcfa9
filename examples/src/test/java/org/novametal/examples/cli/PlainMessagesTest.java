package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No message of a command has the name of a Java class. */
class PlainMessagesTest {
    private static final String OF_JAVA = "(?s).*(\\b\\w*(Exception|Throwable)\\b|\\bjava\\.|\\b\\w+Error\\b).*";

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    private Path file;

    @BeforeEach
    void enrol() throws Exception {
        InventoryFixture.configuration(folder);
        InventoryFixture.enrol(folder, List.of(InventoryFixture.spec(7)));
        file = Files.writeString(folder.resolve("a-file"), "text");
    }

    @Test
    void wrongArgumentsAreRefusedInWords() {
        for (List<String> words : List.of(
                List.of("operation", "show", "nosuch"),
                List.of("operation", "show", "1-1-1-1-1"),
                List.of("operation", "cancel", "nosuch"),
                List.of("operation", "list", "node-7", "--most", "many"),
                List.of("node", "history", "node-7", "--most", "9999999999"),
                List.of("node", "list", "-f", "xml"),
                List.of("node", "import", "."),
                List.of("node", "import", folder.resolve("absent").toString()),
                List.of("node", "import", file + "/in-a-file"),
                List.of("node", "import", file.toString(), "--key", folder.toString()),
                List.of("node", "import", file.toString(), "--passwords", folder.toString()),
                List.of("node", "export", "--key", folder.toString()),
                List.of("node", "export", "--key", file + "/in-a-file"),
                List.of("node", "rescue", "node-7", "--queue", "--rescue-password", "@" + folder),
                List.of("node", "create", "node-9", "--bmc", "no address", "--user", "u", "--password", "@" + file),
                List.of("bmc", "power", "status", "--nodes", "nosuch"),
                List.of("database", "backup", file.toString()),
                List.of("database", "backup", file + "/in-a-file"),
                List.of("database", "restore", folder.toString()),
                List.of("database", "restore", folder.resolve("absent").toString()),
                List.of("database", "restore", file.toString()),
                List.of("database", "rotate-key", "--new-key", "file:" + folder),
                List.of("database", "rotate-key", "--new-key", "file:" + file))) {
            CommandRun ended = CommandRun.in(folder, words.toArray(String[]::new));
            assertThat(ended.code()).as("%s", words).isNotZero();
            assertThat(ended.err()).as("%s", words).isNotBlank().doesNotMatch(OF_JAVA);
        }
    }

    @Test
    void anOperationThatIsNoUuidIsSaidToBeNone() {
        assertThat(CommandRun.in(folder, "operation", "show", "nosuch").err()).contains("'nosuch' is not a UUID");
    }

    @Test
    void aConfigurationThatCannotBeReadIsSaidInWords() {
        for (String words : List.of("node list", "operation list", "database check", "config check", "doctor")) {
            for (Path configuration : List.of(folder, folder.resolve("absent"), file.resolve("in-a-file"))) {
                CommandRun ended = CommandRun.of(Stream.concat(
                                Stream.of(words.split(" ", -1)), Stream.of("--config-file", configuration.toString()))
                        .toArray(String[]::new));
                assertThat(ended.code()).as(words).isNotZero();
                assertThat(ended.out() + ended.err()).as(words).isNotBlank().doesNotMatch(OF_JAVA);
            }
        }
    }

    @Test
    void aFullDiskUnderTheOutputIsSaidInWords() {
        StringWriter err = new StringWriter();
        Writer full = new Writer() {
            @Override
            public void write(char[] text, int offset, int length) throws IOException {
                throw new IOException("No space left on device");
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        assertThat(NovaMetal.commandLine()
                        .setOut(new PrintWriter(full))
                        .setErr(new PrintWriter(err))
                        .execute(
                                "node",
                                "export",
                                "--config-file",
                                folder.resolve("nova.conf").toString()))
                .isEqualTo(1);

        assertThat(err.toString())
                .contains("nova-metal node export: the output could not be written; the disk is full")
                .doesNotMatch(OF_JAVA);
    }
}
