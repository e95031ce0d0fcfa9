package org.novametal.examples.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.console.ConsoleEvent;
import org.novametal.bmc.console.ConsoleReader;
import org.novametal.bmc.console.ConsoleThreads;
import org.novametal.bmc.console.SharedConsole;
import org.novametal.bmc.console.SharedConsoleSettings;

@Timeout(30)
class TypingTest {
    private final List<String> heard = new ArrayList<>();

    @Test
    void afterABreakItStillIsTheBeginningOfALine() throws Exception {
        assertThat(hasLeftAfter("~b~.")).isTrue();

        assertThat(heard).containsExactly("break");
    }

    @Test
    void aTildeIsACommandOnlyAtTheBeginningOfALine() throws Exception {
        assertThat(hasLeftAfter("a~.~~.\r~~.~x")).isFalse();

        assertThat(heard).containsExactly("a~.~~.\r~.~x");
    }

    @Test
    void aTildeThatBeginsNoCommandIsTypedAndALineEndsAsEver() throws Exception {
        assertThat(hasLeftAfter("~x\r~\r~.")).isTrue();
    }

    @Test
    void whatWasTypedBeforeThereIsAConsoleBeginsNoLine() throws Exception {
        try (ExecutorService connecting = Executors.newVirtualThreadPerTaskExecutor();
                SharedConsole console = console(connecting);
                ConsoleReader reader = console.read()) {
            Typing typing = new Typing(reader, Typing.Escapes.COMMANDS);

            typing.typeAll(new ByteArrayInputStream(bytes("a")), heard::add);
            assertThat(heard).singleElement().asString().contains("not connected yet");
            typing.typeAll(new ByteArrayInputStream(bytes("~.")), heard::add);

            assertThat(typing.hasLeft()).isTrue();
        }
    }

    /** Whether that text, typed into a connected console, leaves the console. */
    private boolean hasLeftAfter(String text) throws Exception {
        try (ExecutorService connecting = Executors.newVirtualThreadPerTaskExecutor();
                SharedConsole console = console(connecting);
                ConsoleReader reader = console.read()) {
            assertThat(reader.take()).isEqualTo(new ConsoleEvent.Connected());
            Typing typing = new Typing(reader, Typing.Escapes.COMMANDS);
            typing.begin();
            typing.typeAll(new ByteArrayInputStream(bytes(text)), heard::add);
            return typing.hasLeft();
        }
    }

    private SharedConsole console(ExecutorService connecting) {
        SerialConsole serial = _ -> new SerialConsole.Connection() {
            @Override
            public void write(byte[] bytes) {
                heard.add(new String(bytes, StandardCharsets.US_ASCII));
            }

            @Override
            public void sendBreak() {
                heard.add("break");
            }

            @Override
            public void close() {}
        };
        return new SharedConsole(
                "n1",
                serial,
                SharedConsoleSettings.DEFAULTS,
                ConsoleThreads.of(connecting, System::nanoTime),
                Optional.empty());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
