package org.novametal.bmc.process;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
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

/**
 * One run of a program, with a limit on its time and on what is kept of its output; ended with all of its children. One thread
 * starts it and waits for its end; any may kill it.
 */
public final class ChildProcess {
    private final Limits limits;
    private final DefaultExecuteResultHandler ending = new DefaultExecuteResultHandler();
    private final RunningTree tree = new RunningTree();
    private final KeptOutput output;
    private final KeptOutput errors;

    /**
     * The limits of a run.
     *
     * @param keptBytes how much of each stream is kept, from its beginning
     * @param kill how long to wait for a killed run to end
     */
    public record Limits(int keptBytes, Duration kill) {}

    /** What becomes of standard error. */
    public enum ErrorStream {
        /** It is kept apart. */
        APART,
        /** It stands in the output, as it came. */
        IN_OUTPUT
    }

    /** How a run ended. */
    public sealed interface End {
        /**
         * By itself.
         *
         * @param exitCode the program's exit code
         * @param output the beginning of its standard output
         * @param errors the beginning of its standard error; that of the output, where both are one
         */
        record Exited(int exitCode, String output, String errors) implements End {}

        /**
         * It was killed: its time was over, or {@link ChildProcess#kill} was called.
         *
         * @param output what it had printed until then
         */
        record Killed(String output) implements End {}

        /**
         * It never ran.
         *
         * @param why what the system said
         */
        record NotStarted(String why) implements End {}
    }

    private ChildProcess(Limits limits, ErrorStream errorStream) {
        this.limits = limits;
        this.output = new KeptOutput(limits.keptBytes());
        this.errors = switch (errorStream) {
            case APART -> new KeptOutput(limits.keptBytes());
            case IN_OUTPUT -> output;
        };
    }

    /**
     * Starts it.
     *
     * @param environment all that it gets
     * @param folder the folder it runs in
     * @param input what it reads on standard input
     */
    public static ChildProcess start(
            CommandLine command,
            Map<String, String> environment,
            Path folder,
            String input,
            ErrorStream errorStream,
            Limits limits) {
        ChildProcess child = new ChildProcess(limits, errorStream);
        DefaultExecutor executor = DefaultExecutor.builder()
                .setWorkingDirectory(folder)
                .setExecuteStreamHandler(new PumpStreamHandler(
                        child.output, child.errors, new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8))))
                .setThreadFactory(task -> Thread.ofPlatform()
                        .daemon()
                        .name("run-" + command.getExecutable())
                        .unstarted(task))
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
    public End await(Duration limit) throws InterruptedException {
        try {
            ending.waitFor(limit);
        } catch (InterruptedException e) {
            kill();
            throw e;
        }
        if (!ending.hasResult()) {
            kill();
            ending.waitFor(limits.kill());
        }
        if (tree.killed) {
            return new End.Killed(output.text());
        }
        @Nullable ExecuteException failure = ending.getException();
        return failure != null
                ? new End.NotStarted(String.valueOf(failure.getMessage()))
                : new End.Exited(ending.getExitValue(), output.text(), errors.text());
    }

    /** Ends it and its children at once. For any thread; later calls do nothing. */
    public void kill() {
        tree.kill();
    }

    /** Keeps the running process, which Commons Exec passes on, so that its children can be ended with it. */
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
        private final int limit;
        private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

        KeptOutput(int limit) {
            this.limit = limit;
        }

        @Override
        public synchronized void write(int b) {
            if (kept.size() < limit) {
                kept.write(b);
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            int room = limit - kept.size();
            if (room > 0) {
                kept.write(bytes, offset, Math.min(room, length));
            }
        }

        synchronized String text() {
            return kept.toString(StandardCharsets.UTF_8);
        }
    }
}
