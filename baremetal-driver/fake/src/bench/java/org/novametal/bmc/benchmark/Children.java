package org.novametal.bmc.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Processes that a benchmark starts; each ends when its standard input does, so none outlives us. */
public final class Children {
    private static final long END_SECONDS = 10;

    private Children() {}

    /**
     * The command line of a program of these sources on the Java that runs this one, for more arguments to be added.
     *
     * @param heap as {@code -Xmx} takes it
     */
    public static List<String> java(String heap, Class<?> program) {
        return new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName()));
    }

    /** Ends a child, by force where it does not end in time. */
    public static void end(Process child) {
        try {
            child.getOutputStream().close();
            if (child.waitFor(END_SECONDS, TimeUnit.SECONDS)) {
                return;
            }
            Report.say("process " + child.pid() + " does not end, and is killed");
        } catch (IOException e) {
            Report.say("cannot close the input of process " + child.pid() + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        child.destroyForcibly();
    }
}
