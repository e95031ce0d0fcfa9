package org.novametal.baremetal.crash;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Counts the transactions that this process has committed, and kills the process right after a given one. The state
 * is static, because instrumented classes call it.
 */
public final class Commits {
    private static final int SIGKILL = 9;
    private static final AtomicInteger DONE = new AtomicInteger();
    private static volatile int last = Integer.MAX_VALUE;
    private static volatile boolean keyFiles;

    private Commits() {}

    /** Called after each statement. */
    public static void executed(String sql) {
        if (sql.equals("COMMIT") && DONE.incrementAndGet() == last) {
            kill();
        }
    }

    /** Called after each step on the files of the key; counts where a test wants it. */
    public static void keyFileStep() {
        if (keyFiles && DONE.incrementAndGet() == last) {
            kill();
        }
    }

    /** Begins to count, also steps on the files of the key; the process dies right after that many. */
    static void dieAfterKeyStep(int steps) {
        dieAfter(steps);
        keyFiles = true;
    }

    /** Begins to count. */
    static void count() {
        last = Integer.MAX_VALUE;
        DONE.set(0);
    }

    /** Begins to count; the process dies right after that many commits. */
    static void dieAfter(int commits) {
        count();
        last = commits;
    }

    static int done() {
        return DONE.get();
    }

    /** Ends this process by SIGKILL. Source: POSIX, kill(2). */
    @SuppressWarnings("restricted") // the child process permits native access
    static void kill() {
        Linker linker = Linker.nativeLinker();
        try {
            Object refused = linker.downcallHandle(
                            linker.defaultLookup().findOrThrow("kill"),
                            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT))
                    .invoke(Math.toIntExact(ProcessHandle.current().pid()), SIGKILL);
            throw new IllegalStateException("this process lives on after SIGKILL; kill(2) returned " + refused);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("kill(2) cannot be called", e);
        }
    }
}
