package org.novametal.baremetal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.novametal.baremetal.inventory.NodeRecord;
import org.novametal.baremetal.inventory.OperationKind;
import org.novametal.baremetal.step.boot.MarkConsole;
import org.novametal.driver.capability.ConsoleAccess;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.driver.model.ConsoleConnection;
import org.novametal.driver.model.ConsoleType;
import org.novametal.driver.model.Instance;
import org.novametal.driver.model.RequestContext;

/** What machines printed on their serial lines, from the files that their nodes name, within the allowed folders. */
final class ConsoleLog implements ConsoleAccess {
    /** The most that is given out: the newest part of a file. */
    private static final int LIMIT_BYTES = 100 * 1024;

    /** The deploy ramdisk prints the addresses it is called by, and these hold its token. */
    private static final Pattern TOKEN = Pattern.compile("(agent_token=)[^&\\s\"']+");

    private final Supplier<BareMetalWiring> parts;

    ConsoleLog(Supplier<BareMetalWiring> parts) {
        this.parts = parts;
    }

    @Override
    public String getConsoleOutput(RequestContext context, Instance instance) {
        NodeRecord node = parts.get()
                .store()
                .nodeOf(instance.id())
                .orElseThrow(() ->
                        new DriverException(ErrorCode.INSTANCE_NOT_FOUND, "no node holds instance " + instance.id()));
        String named = node.consoleLog()
                .orElseThrow(() -> new DriverException(
                        ErrorCode.CONSOLE_UNAVAILABLE,
                        "node " + node.name() + " names no console_log; enrol it with one to see its serial line"));
        try {
            Path file = allowed(Path.of(named), node);
            OptionalLong begin = begin(instance, node);
            return begin.isEmpty()
                    ? ""
                    : TOKEN.matcher(tail(file, begin.getAsLong())).replaceAll("$1***");
        } catch (IOException e) {
            throw new DriverException(
                    ErrorCode.CONSOLE_UNAVAILABLE,
                    "the console log of node " + node.name() + " at " + named + " cannot be read: " + e,
                    e);
        }
    }

    @Override
    public Set<ConsoleType> consoleTypes() {
        return Set.of();
    }

    @Override
    public ConsoleConnection getConsole(RequestContext context, Instance instance, ConsoleType type) {
        throw new DriverException(
                ErrorCode.CONSOLE_UNAVAILABLE,
                "no " + type + " console for instance " + instance.id() + ": nodes have console output only");
    }

    private Path allowed(Path named, NodeRecord node) throws IOException {
        List<Path> folders = parts.get().consoleFolders();
        Path real = named.toRealPath();
        for (Path folder : folders) {
            if (real.startsWith(folder.toRealPath())) {
                return real;
            }
        }
        throw new DriverException(
                ErrorCode.CONSOLE_UNAVAILABLE,
                "the console log of node " + node.name() + " is " + named + ", which lies in none of console_folders "
                        + folders + "; move it there or add its folder");
    }

    /** Where the instance's own output begins: what was printed before, or on another node, belongs to somebody else. */
    private OptionalLong begin(Instance instance, NodeRecord node) {
        return parts.get()
                .store()
                .newestOperation(instance.id(), OperationKind.DEPLOY)
                .filter(operation -> operation.node().equals(node.uuid()))
                .filter(operation -> switch (operation.status()) {
                    case RUNNING, UNDOING, CANCELLING, SUCCEEDED -> true;
                    case FAILED, CANCELLED -> false;
                })
                .map(operation -> MarkConsole.offset(operation.memory()))
                .orElse(OptionalLong.empty());
    }

    private static String tail(Path file, long begin) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            // A file that is shorter than it was has been rotated.
            long from = Math.max(begin <= size ? begin : 0, size - LIMIT_BYTES);
            ByteBuffer buffer = ByteBuffer.allocate((int) (size - from));
            while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) >= 0) {
                // Read on until the buffer is full or the file ends.
            }
            String text = StandardCharsets.UTF_8.decode(buffer.flip()).toString();
            // A line that is cut may be cut in the middle of a token, where none is recognised.
            return from > begin ? text.substring(text.indexOf('\n') + 1) : text;
        }
    }
}
