package org.novametal.image;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
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

/** One run of a program with a limit on its time and on the output that is kept; ended with all of its children. */
final class BoundedProcess {
    private static final int KEPT_OUTPUT_BYTES = 4096;
    private static final Duration KILL_LIMIT = Duration.ofSeconds(5);

    private BoundedProcess() {}

    /**
     * How a run ended.
     *
     * @param end in which way
     * @param exitCode the program's exit code; -1 unless it exited
     * @param output the beginning of what it printed
     */
    record Result(End end, int exitCode, String output) {}

    /** The ways a run ends. */
    enum End {
        EXITED,
        TIMED_OUT,
        NOT_STARTED
    }

    /** Runs it to its end. An interrupt kills it and is passed on. */
    static Result run(CommandLine command, Map<String, String> environment, Path folder, Duration limit)
            throws InterruptedException {
        KeptOutput output = new KeptOutput();
        RunningTree tree = new RunningTree();
        DefaultExecutor executor = DefaultExecutor.builder()
                .setWorkingDirectory(folder)
                .setExecuteStreamHandler(new PumpStreamHandler(output))
                .setThreadFactory(task -> Thread.ofPlatform()
                        .daemon()
                        .name("image-" + command.getExecutable())
                        .unstarted(task))
                .get();
        executor.setExitValues(null);
        executor.setProcessDestroyer(tree);
        DefaultExecuteResultHandler ending = new DefaultExecuteResultHandler();
        try {
            executor.execute(command, environment, ending);
        } catch (ExecuteException e) {
            return new Result(End.NOT_STARTED, -1, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        try {
            ending.waitFor(limit);
        } catch (InterruptedException e) {
            tree.kill();
            throw e;
        }
        if (!ending.hasResult()) {
            tree.kill();
            ending.waitFor(KILL_LIMIT);
            return new Result(End.TIMED_OUT, -1, output.text());
        }
        @Nullable ExecuteException failure = ending.getException();
        if (failure != null) {
            return new Result(End.NOT_STARTED, -1, String.valueOf(failure.getMessage()));
        }
        return new Result(End.EXITED, ending.getExitValue(), output.text());
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
            if (kept.size() < KEPT_OUTPUT_BYTES) {
                kept.write(b);
            }
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            int room = KEPT_OUTPUT_BYTES - kept.size();
            if (room > 0) {
                kept.write(bytes, offset, Math.min(room, length));
            }
        }

        synchronized String text() {
            return kept.toString(StandardCharsets.UTF_8).strip();
        }
    }
}
