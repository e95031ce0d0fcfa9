package org.novametal.bmc.ipmitool;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.commons.exec.CommandLine;
import org.apache.commons.exec.DefaultExecuteResultHandler;
import org.apache.commons.exec.DefaultExecutor;
import org.apache.commons.exec.ExecuteException;
import org.apache.commons.exec.ProcessDestroyer;
import org.apache.commons.exec.PumpStreamHandler;
import org.jspecify.annotations.Nullable;

/** One run of a program, with a limit on its time and on what is kept of its output; ended with all of its children. */
final class ChildProcess {
    private static final int KEPT_BYTES = 16 * 1024;
    private static final Duration KILL_LIMIT = Duration.ofMillis(500);

    private final DefaultExecuteResultHandler ending = new DefaultExecuteResultHandler();
    private final RunningTree tree = new RunningTree();
    private final KeptOutput output = new KeptOutput();
    private final KeptOutput errors = new KeptOutput();

    /** How a run ended. */
    sealed interface End {
        /** By itself. */
        record Exited(int exitCode, String output, String errors) implements End {}

        /** It was killed: its time was over, or {@link ChildProcess#kill} was called. */
        record Killed() implements End {}

        /** It never ran. */
        record NotStarted(String why) implements End {}
    }

    private ChildProcess() {}

    /**
     * Starts it.
     *
     * @param environment all that it gets
     * @param input what it reads on standard input
     */
    static ChildProcess start(CommandLine command, Map<String, String> environment, String input) {
        ChildProcess child = new ChildProcess();
        DefaultExecutor executor = DefaultExecutor.builder()
                .setExecuteStreamHandler(new PumpStreamHandler(
                        child.output, child.errors, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))))
                .setThreadFactory(task ->
                        Thread.ofPlatform().daemon().name("bmc-ipmitool").unstarted(task))
                .get();
        executor.setExitValues(null);
        executor.setProcessDestroyer(child.tree);
        try {
            executor.execute(command, environment, child.ending);
        } catch (ExecuteException e) {
            child.ending.onProcessFailed(e);
        } catch (IOException e) {
            child.ending.onProcessFailed(new ExecuteException(e.toString(), -1, e));
        }
        return child;
    }

    /** Waits for its end, and kills it at the limit. An interrupt kills it too, and is passed on. */
    End await(Duration limit) throws InterruptedException {
        try {
            ending.waitFor(limit);
        } catch (InterruptedException e) {
            kill();
            throw e;
        }
        if (!ending.hasResult()) {
            kill();
            ending.waitFor(KILL_LIMIT);
        }
        if (tree.killed) {
            return new End.Killed();
        }
        @Nullable ExecuteException failure = ending.getException();
        return failure != null
                ? new End.NotStarted(String.valueOf(failure.getMessage()))
                : new End.Exited(ending.getExitValue(), output.text(), errors.text());
    }

    /** Ends it and its children at once. For any thread; later calls do nothing. */
    void kill() {
        tree.kill();
    }

    /** Knows the running process, as Commons Exec tells it, so that its children can be ended with it. */
    private static final class RunningTree implements ProcessDestroyer {
        private final AtomicReference<@Nullable Process> running = new AtomicReference<>();
        private volatile boolean killed;

        @Override
        public boolean add(Process process) {
            running.set(process);
            if (killed) {
                killTree(process);
            }
            return true;
        }

        @Override
        public boolean remove(Process process) {
            return running.compareAndSet(process, null);
        }

        @Override
        public int size() {
            return running.get() == null ? 0 : 1;
        }

        void kill() {
            killed = true;
            Process process = running.get();
            if (process != null) {
                killTree(process);
            }
        }

        private static void killTree(Process process) {
            try (Stream<ProcessHandle> children = process.descendants()) {
                children.toList().forEach(ProcessHandle::destroyForcibly);
            }
            process.destroyForcibly();
        }
    }

    /** Keeps the first bytes of what a program prints and lets the rest go by. */
    private static final class KeptOutput extends OutputStream {
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        @Override
        public synchronized void write(int b) {
            if (kept.size() < KEPT_BYTES) {
                kept.write(b);
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            int room = KEPT_BYTES - kept.size();
            if (room > 0) {
                kept.write(bytes, offset, Math.min(room, length));
            }
        }

        synchronized String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }
}
