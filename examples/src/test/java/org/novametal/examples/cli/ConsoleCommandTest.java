package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.PowerAction;
import org.novametal.fake.FakeRack;
import org.novametal.fake.FakeRackSettings;

class ConsoleCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path folder;

    private final StringWriter err = new StringWriter();
    private final InputStream in = System.in;
    private final PrintStream out = System.out;

    @SuppressWarnings("NullAway.Init") // by startRack
    private FakeRack rack;

    @BeforeEach
    void startRack() throws IOException {
        Files.writeString(folder.resolve("password"), "geheim\n");
        rack = FakeRack.start(new FakeRackSettings(
                1,
                0,
                new BmcCredentials("admin", "geheim"),
                folder.resolve("state"),
                folder.resolve("dhcp"),
                folder.resolve("log"),
                1 << 20));
        rack.slots().getFirst().machine().control(PowerAction.ON);
    }

    @AfterEach
    void stopRack() {
        System.setIn(in);
        System.setOut(out);
        rack.close();
    }

    @Test
    void whatIsTypedReachesTheMachineAndWhatItPrintsIsShown() {
        System.setIn(new ByteArrayInputStream("hello, machine\r".getBytes(StandardCharsets.US_ASCII)));
        ByteArrayOutputStream shown = new ByteArrayOutputStream();
        System.setOut(new PrintStream(shown, true, StandardCharsets.UTF_8));

        assertThat(console("--seconds", "3", address())).isZero();

        assertThat(shown.toString(StandardCharsets.UTF_8)).contains("hello, machine");
        assertThat(err.toString()).contains("connected");
    }

    @Test
    void aWrongPasswordEndsItAndSaysSo() throws IOException {
        Files.writeString(folder.resolve("password"), "falsch\n");

        assertThat(console("--seconds", "30", address())).isEqualTo(1);

        assertThat(err.toString()).contains("password").doesNotContain("falsch");
    }

    @Test
    void wrongUseSaysWhatAndWhere() throws IOException {
        Path nodes = Files.writeString(folder.resolve("nodes"), "{\"name\":\"a\",\"bmc\":\"" + address() + "\"}\n");

        assertThat(console("--nodes", nodes.toString(), "b")).isEqualTo(2);
        assertThat(err.toString()).contains("names no b");
        assertThat(console("metal-0")).isEqualTo(2);
        assertThat(err.toString()).contains("--config-file");
        assertThat(console()).isEqualTo(2);
    }

    private String address() {
        return rack.slots().getFirst().bmc().toString();
    }

    private int console(String... words) {
        String[] login = {"bmc", "console", "--user", "admin", "--password", "@" + folder.resolve("password")};
        return NovaMetal.commandLine()
                .setErr(new PrintWriter(err))
                .execute(Stream.concat(Stream.of(login), Stream.of(words)).toArray(String[]::new));
    }
}
