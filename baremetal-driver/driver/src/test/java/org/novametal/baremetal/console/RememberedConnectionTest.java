package org.novametal.baremetal.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.BmcException.Reason;
import org.novametal.bmc.SerialConsole;
import org.novametal.bmc.SerialConsole.Connection;

class RememberedConnectionTest {
    private static final SerialConsole.Receiver NOBODY = new SerialConsole.Receiver() {
        @Override
        public void received(byte[] bytes) {}

        @Override
        public void ended(BmcException cause) {}
    };

    @TempDir
    Path folder;

    private final IdentifiedConsole console = new IdentifiedConsole();

    private RememberedConnection remembered() {
        return new RememberedConnection(file());
    }

    private Path file() {
        return folder.resolve("node.connection");
    }

    @Test
    void theConnectionOfAProcessThatDiedIsResumed() throws Exception {
        Connection _ = remembered().connect(console, NOBODY);

        Connection _ = remembered().connect(console, NOBODY);

        assertThat(console.calls).containsExactly("connect", "resume connection-1");
        assertThat(Files.readString(file()).strip()).isEqualTo("connection-2");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void aConnectionThatWasClosedIsForgotten() throws Exception {
        remembered().connect(console, NOBODY).close();

        Connection _ = remembered().connect(console, NOBODY);

        assertThat(console.calls).containsExactly("connect", "connect");
    }

    @Test
    void anIdentityIsKeptWhenItsConnectionCannotBeResumedYet() throws Exception {
        Connection _ = remembered().connect(console, NOBODY);
        console.refusal = Optional.of(new BmcException(Reason.UNREACHABLE, "no answer"));
        assertThatExceptionOfType(BmcException.class)
                .isThrownBy(() -> remembered().connect(console, NOBODY));
        console.refusal = Optional.empty();

        Connection _ = remembered().connect(console, NOBODY);

        assertThat(console.calls).containsExactly("connect", "resume connection-1", "resume connection-1");
    }

    @Test
    void aFileThatCannotBeWrittenOrReadDoesNotPreventTheConnection() throws Exception {
        RememberedConnection nowhere =
                new RememberedConnection(folder.resolve("missing").resolve("node.connection"));
        Connection _ = nowhere.connect(console, NOBODY);
        Files.writeString(file(), "x".repeat(1000));

        Connection _ = remembered().connect(console, NOBODY);

        assertThat(console.calls).containsExactly("connect", "connect");
    }

    @Test
    void aConnectionWithoutAnIdentityLeavesNoFile() throws Exception {
        Files.writeString(file(), "earlier");
        console.hasIdentity = false;

        Connection _ = remembered().connect(console, NOBODY);

        assertThat(console.calls).containsExactly("resume earlier");
        assertThat(file()).doesNotExist();
    }

    private static final class IdentifiedConsole implements SerialConsole {
        private final List<String> calls = new ArrayList<>();
        private Optional<BmcException> refusal = Optional.empty();
        private boolean hasIdentity = true;
        private int connections;

        @Override
        public Connection connect(Receiver receiver) {
            return opened("connect");
        }

        @Override
        public Connection resume(Receiver receiver, String identity) {
            return opened("resume " + identity);
        }

        private Connection opened(String call) {
            calls.add(call);
            refusal.ifPresent(failure -> {
                throw failure;
            });
            String identity = "connection-" + ++connections;
            return new Connection() {
                @Override
                public void write(byte[] bytes) {}

                @Override
                public void sendBreak() {}

                @Override
                public Optional<String> identity() {
                    return hasIdentity ? Optional.of(identity) : Optional.empty();
                }

                @Override
                public void close() {}
            };
        }
    }
}
