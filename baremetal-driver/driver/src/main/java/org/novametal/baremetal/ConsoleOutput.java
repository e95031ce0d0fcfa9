package org.novametal.baremetal;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.novametal.agent.AgentToken;
import org.novametal.baremetal.console.ConsoleRecorder;
import org.novametal.baremetal.inventory.ConsoleSource;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.operation.OperationKind;
import org.novametal.baremetal.operation.OperationRecord;
import org.novametal.baremetal.step.boot.MarkConsole;
import org.novametal.baremetal.store.Store;
import org.novametal.bmc.BmcException;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.ConsoleConnection;
import org.novametal.driver.model.ConsoleType;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;
import org.novametal.text.IoFailure;

/**
 * Reads the console output of instances: from the logs that the driver records, or from the log files set at enrolment,
 * within the allowed folders.
 */
final class ConsoleOutput implements ConsoleAccess {
    /** The most bytes that are returned; older output is left out. */
    private static final int LIMIT_BYTES = 100 * 1024;

    /**
     * The first word after a cut, and a quoted one after it: may be the rest of a URL or document, in which {@link
     * AgentToken#blanked} does not find the token.
     */
    private static final Pattern CUT_WORD = Pattern.compile("\\A\\S*\\s?(?:\\\\*[\"'][^\\s]*)?");

    private final Store store;
    private final ConsoleRecorder consoles;
    private final List<Path> folders;

    /**
     * Creates the reader.
     *
     * @param folders the folders in which log files set at enrolment may lie
     */
    ConsoleOutput(Store store, ConsoleRecorder consoles, List<Path> folders) {
        this.store = store;
        this.consoles = consoles;
        this.folders = List.copyOf(folders);
    }

    @Override
    public String getConsoleOutput(RequestContext context, Instance instance) {
        NodeRecord node = store.nodes().requireOfInstance(instance.id());
        ConsoleSource source = node.access()
                .console()
                .orElseThrow(() -> new DriverException(
                        ErrorCode.CONSOLE_NOT_AVAILABLE,
                        "node " + node.name()
                                + " has no console_log; set it at enrolment to see the node's console output"));
        String text = switch (source) {
            case ConsoleSource.SerialOverLan() -> recorded(instance, node);
            case ConsoleSource.File(Path path) -> fromFile(instance, node, path);
        };
        return AgentToken.blanked(text);
    }

    @Override
    public Set<ConsoleType> consoleTypes() {
        return Set.of();
    }

    @Override
    public ConsoleConnection getConsole(RequestContext context, Instance instance, ConsoleType type) {
        throw new DriverException(
                ErrorCode.CONSOLE_TYPE_UNAVAILABLE,
                "no " + type + " console for instance " + instance.id()
                        + ": bare-metal nodes have console output only");
    }

    /**
     * The stored values of the operation that deployed or adopted the instance on its node; earlier console output belongs to other
     * instances.
     */
    private Optional<Map<String, String>> memory(Instance instance, NodeRecord node) {
        return store.operations()
                .newest(instance.id(), Set.of(OperationKind.DEPLOY, OperationKind.ADOPT))
                .filter(operation -> operation.node().equals(node.uuid()))
                .filter(operation -> switch (operation.status()) {
                    case RUNNING, UNDOING, CANCELLING, SUCCEEDED -> true;
                    case REQUESTED, FAILED, CANCELLED -> false;
                })
                .map(OperationRecord::memory);
    }

    // ---- recorded

    private String recorded(Instance instance, NodeRecord node) {
        String text = memory(instance, node).filter(MarkConsole::isBegun).isPresent() ? newest(node) : "";
        if (text.isEmpty()) {
            Optional<BmcException> failure = consoles.failure(node.uuid());
            if (failure.isPresent()) {
                throw new DriverException(
                        ErrorCode.CONSOLE_NOT_AVAILABLE,
                        "the console of node " + node.name() + " is not connected: "
                                + failure.get().getMessage(),
                        failure.get());
            }
        }
        return text;
    }

    private String newest(NodeRecord node) {
        try {
            byte[] bytes = consoles.newest(node.uuid(), LIMIT_BYTES)
                    .orElseThrow(() -> new DriverException(
                            ErrorCode.CONSOLE_NOT_AVAILABLE,
                            "the console of node " + node.name() + " is not recorded yet; try again"));
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw unreadable(node, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DriverException(
                    ErrorCode.CONSOLE_NOT_AVAILABLE,
                    "reading the console of node " + node.name() + " was interrupted",
                    e);
        }
    }

    // ---- from files

    private String fromFile(Instance instance, NodeRecord node, Path named) {
        try {
            Path file = allowed(named, node);
            OptionalLong begin = memory(instance, node).map(MarkConsole::offset).orElse(OptionalLong.empty());
            return begin.isEmpty() ? "" : tail(file, begin.getAsLong());
        } catch (IOException e) {
            throw unreadable(node, e);
        }
    }

    static DriverException unreadable(NodeRecord node, IOException cause) {
        return new DriverException(
                ErrorCode.CONSOLE_NOT_AVAILABLE,
                "the console log of node " + node.name() + " cannot be read: " + IoFailure.reason(cause),
                cause);
    }

    private Path allowed(Path named, NodeRecord node) throws IOException {
        return allowed(named, node, folders);
    }

    /**
     * A console log that another program writes, without symbolic links.
     *
     * @param folders the folders in which it may lie
     * @throws DriverException {@code CONSOLE_NOT_AVAILABLE} when it lies in none of them
     */
    static Path allowed(Path named, NodeRecord node, List<Path> folders) throws IOException {
        Path real = named.toRealPath();
        for (Path folder : folders) {
            if (real.startsWith(folder.toRealPath())) {
                return real;
            }
        }
        throw new DriverException(
                ErrorCode.CONSOLE_NOT_AVAILABLE,
                "the console log of node " + node.name() + " is " + named + ", which lies in none of console_folders "
                        + folders + "; move it there or add its folder");
    }

    /** The newest part of a file from an offset on, or from its beginning when it has been rotated since. */
    static String tail(Path file, long begin) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            // A file shorter than the offset has been rotated. A rotated file that has grown past the offset is not
            // recognised.
            long from = Math.max(begin <= size ? begin : 0, size - LIMIT_BYTES);
            boolean isWhole = begin == 0 && from == 0;
            // The byte before the first wanted byte shows whether a word begins there.
            long start = Math.max(0, from - 1);
            channel.position(start);
            byte[] bytes = Channels.newInputStream(channel).readNBytes((int) (size - start));
            String text = new String(bytes, StandardCharsets.UTF_8);
            return isWhole ? text : CUT_WORD.matcher(text).replaceFirst("");
        }
    }
}
