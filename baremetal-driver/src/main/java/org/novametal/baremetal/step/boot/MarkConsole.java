package org.novametal.baremetal.step.boot;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.novametal.baremetal.step.Step;
import org.novametal.baremetal.step.StepContext;
import org.novametal.baremetal.step.StepResult;

/**
 * Notes where the node's console log ends, so that an instance's console begins with its own output and shows nothing of whom
 * the node had before. There is nothing to undo.
 */
public final class MarkConsole implements Step {
    private static final String OFFSET = "boot.console-offset";

    /** Makes the step. */
    public MarkConsole() {}

    /**
     * Where an instance's own output begins, in bytes, from the memory of the operation that put it on its node; empty before
     * that is known.
     */
    public static OptionalLong offset(Map<String, String> memory) {
        String offset = memory.get(OFFSET);
        return offset == null ? OptionalLong.empty() : OptionalLong.of(Long.parseLong(offset));
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
    public StepResult run(StepContext context) {
        Optional<Path> log = context.node().consoleLog().map(Path::of);
        if (log.isPresent() && context.recall(OFFSET).isEmpty()) {
            context.remember(OFFSET, Long.toString(size(log.get())));
        }
        return StepResult.DONE;
    }

    private static long size(Path log) {
        try {
            return Files.size(log);
        } catch (IOException e) {
            // No log yet: all that comes is the instance's own.
            return 0;
        }
    }
}
