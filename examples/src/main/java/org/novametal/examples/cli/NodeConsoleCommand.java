package org.novametal.examples.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.novametal.agent.AgentToken;
import org.novametal.baremetal.BareMetalInventory;
import org.novametal.baremetal.BareMetalInventory.Missing;
import org.novametal.baremetal.BmcAccess;
import org.novametal.bmc.BmcOptions.Privilege;
import org.novametal.driver.model.NodeName;
import org.novametal.examples.ProgramVersion;
import org.novametal.examples.cli.ConsoleSession.Filter;
import org.novametal.examples.cli.ConsoleSession.Taking;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal node console}: prints the log of a node's console, or attaches to the console. */
@Command(
        name = "console",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = {
            "Prints the end of the console log of a node, which the compute host or another program writes; --follow goes on"
                    + " with what is added. --attach connects to the serial console by the BMC instead, sends your keys to it"
                    + " and takes it with --take from the compute host, as nova-metal bmc console does. Control characters of"
                    + " the machine are escaped; a terminal obeys them with --raw or --attach.",
            "Example: nova-metal node console node-7 --config-file nova.conf --bytes 4096"
        })
final class NodeConsoleCommand implements Callable<Integer> {
    private static final Duration LOOK_AROUND = Duration.ofMillis(200);
    private static final int CHUNK = 65_536;

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private InventoryLogin login;

    @Parameters(paramLabel = "NODE", description = NodeCommand.NODE)
    private String name = "";

    @Option(
            names = "--bytes",
            paramLabel = "N",
            defaultValue = "16384",
            description = "how much of the log's end is printed (${DEFAULT-VALUE})")
    private int bytes;

    @Option(names = "--follow", description = "goes on with what is added to the log, until a signal or --seconds")
    private boolean follow;

    @Option(
            names = "--attach",
            description =
                    "connects to the serial console; at the beginning of a line, ~. leaves, and so does the end of the"
                            + " input, if --seconds is not given")
    private boolean attach;

    @Option(names = "--take", description = "with --attach: takes the console from the program that has it")
    private boolean take;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0",
            description = "leaves after this many seconds; 0: no limit (${DEFAULT-VALUE})")
    private int seconds;

    @Option(names = "--raw", description = "passes the output on unchanged")
    private boolean raw;

    @Override
    public Integer call() throws InterruptedException, IOException {
        if (seconds < 0 || bytes < 0) {
            throw new WrongUsage("--seconds and --bytes must be 0 or more");
        }
        if (attach && follow) {
            throw new WrongUsage("--attach shows the console, --follow the log; give one of them");
        }
        if (take && !attach) {
            throw new WrongUsage("--take is for --attach; the log can be read beside its writer");
        }
        return attach ? attached() : logged();
    }

    private int attached() throws InterruptedException, IOException {
        ConsoleSession session =
                new ConsoleSession(spec.commandLine().getErr(), seconds, raw ? Filter.RAW : Filter.ESCAPED);
        try (Ending ending = Ending.watch(() -> session.report("received a signal to end; leaving the console"));
                BmcAccess access = BmcAccess.of(login.options(), Privilege.OPERATOR)) {
            NodeName node = BmcLogin.nodeName(access, name);
            return session.show(
                    new Target(node.value(), access.bmc(node), access.recordedConsole(node)),
                    take ? Taking.AT_ONCE : Taking.IF_FREE,
                    ending);
        }
    }

    private int logged() throws InterruptedException, IOException {
        Path log;
        try (BareMetalInventory inventory = login.open(Missing.REFUSE)) {
            log = inventory.consoleLog(NodeCommand.nodeName(inventory, name));
        }
        PrintStream out = System.out;
        try (Ending ending = Ending.watch(() -> {});
                Tail tail = new Tail(log, raw ? Optional.empty() : Optional.of(new ConsoleText()))) {
            if (!tail.open(bytes) && !follow) {
                PrintWriter err = spec.commandLine().getErr();
                err.println("there is no console log " + log + " yet; the compute host records it while it runs");
                err.flush();
                return 1;
            }
            long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
            do {
                tail.copy(spec.commandLine().getOut(), out);
            } while (follow
                    && !out.checkError()
                    && (seconds == 0 || System.nanoTime() - end < 0)
                    && !ending.endsWithin(LOOK_AROUND));
        }
        spec.commandLine().getOut().flush();
        if (spec.commandLine().getOut().checkError() || out.checkError()) {
            throw new IOException(NovaMetal.NOT_WRITTEN);
        }
        return 0;
    }

    /** Reads a log that grows, and is renamed when it has become too large. Used by one thread. */
    private static final class Tail implements AutoCloseable {
        private final Path file;
        private final Optional<ConsoleText> escape;
        private Optional<FileChannel> channel = Optional.empty();

        /** @param escape escapes control characters; without it they are passed on */
        Tail(Path file, Optional<ConsoleText> escape) {
            this.file = file;
            this.escape = escape;
        }

        /** Opens the file before its last bytes; returns whether there is one. */
        boolean open(long fromEnd) throws IOException {
            close();
            try {
                FileChannel opened = FileChannel.open(file, StandardOpenOption.READ);
                channel = Optional.of(opened);
                opened.position(Math.max(0, opened.size() - fromEnd));
                return true;
            } catch (NoSuchFileException e) {
                return false;
            }
        }

        /** Copies what was added since the last call. */
        void copy(PrintWriter escaped, PrintStream unchanged) throws IOException {
            if (channel.isEmpty()) {
                open(Long.MAX_VALUE);
            }
            if (channel.isEmpty()) {
                return;
            }
            ByteBuffer chunk = ByteBuffer.allocate(CHUNK);
            while (channel.get().read(chunk.clear()) > 0) {
                if (escape.isPresent()) {
                    escaped.print(AgentToken.blanked(escape.get().next(chunk.array(), chunk.position())));
                } else {
                    unchanged.write(chunk.array(), 0, chunk.position());
                }
            }
            escaped.flush();
            unchanged.flush();
            if (wasReplaced(channel.get())) {
                open(Long.MAX_VALUE);
            }
        }

        /** Whether another file has the name now, so that the open one does not grow any more. */
        private boolean wasReplaced(FileChannel opened) throws IOException {
            return Files.exists(file) && Files.size(file) < opened.position();
        }

        @Override
        public void close() throws IOException {
            if (channel.isPresent()) {
                channel.get().close();
                channel = Optional.empty();
            }
        }
    }
}
