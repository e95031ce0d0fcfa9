package org.novametal.baremetal.step.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.novametal.baremetal.inventory.ConsoleSource;
import org.novametal.baremetal.step.Stamp;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;

/**
 * Marks where an instance's console output starts, so that a previous instance's output is never shown: it stores the length
 * of a file that another program writes, and rotates the log of a recorded console. There is nothing to undo.
 */
public final class MarkConsole implements Step {
    private static final String OFFSET = "boot.console-offset";
    private static final String BEGUN = "boot.console-begun";

    private final RecordedConsoles recorded;

    /** The consoles that the driver itself records. */
    @FunctionalInterface
    public interface RecordedConsoles {
        /**
         * Begins a new log for a node, which separates its later console output from the earlier; done on disk when this
         * returns.
         *
         * @return whether it succeeded; if not, no console output is shown
         */
        boolean rotate(UUID node) throws InterruptedException;
    }

    /** Makes the step. */
    public MarkConsole(RecordedConsoles recorded) {
        this.recorded = recorded;
    }

    /**
     * The offset, in bytes, at which an instance's output begins in a log file that another program writes, from the memory
     * of the operation that deployed the instance; empty before it is known.
     */
    public static OptionalLong offset(Map<String, String> memory) {
        String offset = memory.get(OFFSET);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(offset));
    }

    /**
     * Whether the log of the node's recorded console was rotated for an instance, from the memory of the operation that
     * deployed it.
     */
    public static boolean isBegun(Map<String, String> memory) {
        return memory.containsKey(BEGUN);
    }

    @Override
    public String name() {
        return "boot.mark-console";
    }

    @Override
    public Duration limit() {
        return Duration.ofMinutes(1);
    }

    @Override
    public StepResult run(StepContext context) throws InterruptedException {
        if (context.node().access().console().isPresent()) {
            switch (context.node().access().console().get()) {
                case ConsoleSource.File(Path path) -> {
                    if (context.recall(OFFSET).isEmpty()) {
                        context.remember(OFFSET, Long.toString(size(path)));
                    }
                }
                case ConsoleSource.SerialOverLan() -> {
                    if (context.recall(BEGUN).isEmpty()
                            && recorded.rotate(context.node().uuid())) {
                        Stamp.put(context, BEGUN);
                    }
                }
            }
        }
        return StepResult.DONE;
    }

    private static long size(Path log) {
        try {
            return Files.size(log);
        } catch (IOException e) {
            // No log yet: all later output belongs to the instance.
            return 0;
        }
    }
}
