package org.novametal.baremetal.crash;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Counts the transactions that this process has committed, and kills the process right after a given one. The state
 * is static, because instrumented classes call it. The class's lock guards it: while the process is being killed, nobody
 * commits or counts.
 */
public final class Commits {
    private static final int SIGKILL = 9;

    /** Looked up before it is needed, which takes long; the process must die at once. */
    private static final MethodHandle KILL = killHandle();

    private static final int PROCESS = Math.toIntExact(ProcessHandle.current().pid());

    private static int done;
    private static int last = Integer.MAX_VALUE;
    private static boolean keyFiles;

    private Commits() {}

    /** Called after each statement. */
    public static void executed(String sql) {
        if (sql.equals("COMMIT")) {
            next();
        }
    }

    /** Called after each step on the files of the key; counts where a test wants it. */
    public static synchronized void keyFileStep() {
        if (keyFiles) {
            next();
        }
    }

    private static synchronized void next() {
        done++;
        if (done == last) {
            kill();
        }
    }

    /** Begins to count, also steps on the files of the key; the process dies right after that many. */
    static synchronized void dieAfterKeyStep(int steps) {
        dieAfter(steps);
        keyFiles = true;
    }

    /** Begins to count. */
    static synchronized void count() {
        last = Integer.MAX_VALUE;
        done = 0;
    }

    /** Begins to count; the process dies right after that many commits. */
    static synchronized void dieAfter(int commits) {
        count();
        last = commits;
    }

    static synchronized int done() {
        return done;
    }

    /** Ends this process by SIGKILL. Source: POSIX, kill(2). */
    static void kill() {
        try {
            Object refused = KILL.invoke(PROCESS, SIGKILL);
            throw new IllegalStateException("this process lives on after SIGKILL; kill(2) returned " + refused);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("kill(2) cannot be called", e);
        }
    }

    @SuppressWarnings("restricted") // the child process permits native access
    private static MethodHandle killHandle() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("kill"),
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }
}
