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
 * One run of a program, with limits on its time and on the stored part of its output; it is killed together with its
 * children. One thread starts it and waits for its end; any thread may kill it.
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
     * @param keptBytes how many bytes of each stream are kept, from its beginning
     * @param kill how long to wait for a killed run to end
     */
    public record Limits(int keptBytes, Duration kill) {}

    /** Where standard error is stored. */
    public enum ErrorStream {
        /** Separately from the output. */
        APART,
        /** In the output, interleaved with it. */
        IN_OUTPUT
    }

    /** How a run ended. */
    public sealed interface End {
        /**
         * The program exited by itself.
         *
         * @param exitCode the program's exit code
         * @param output the beginning of its standard output
         * @param errors the beginning of its standard error; equal to the output where both are stored together
         */
        record Exited(int exitCode, String output, String errors) implements End {}

        /**
         * The program was killed: its time limit passed, or {@link ChildProcess#kill} was called.
         *
         * @param output the beginning of its output until then
         */
        record Killed(String output) implements End {}

        /**
         * The program could not be started.
         *
         * @param why the system's error message
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
     * Starts a program.
     *
     * @param environment the program's whole environment
     * @param folder the program's working directory
     * @param input what the program reads on standard input
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

    /** Waits for the program's end, and kills it at the limit. An interrupt kills it too, and is thrown to the caller. */
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

    /** Kills the program and its children at once. May be called by any thread; later calls do nothing. */
    public void kill() {
        tree.kill();
    }

    /** Stores the running process, which Commons Exec passes in, so that its children can be killed with it. */
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

    /** Stores the first bytes of a program's output and drops the rest. */
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
