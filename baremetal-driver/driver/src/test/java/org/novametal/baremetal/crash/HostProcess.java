package org.novametal.baremetal.crash;

import com.google.common.collect.EvictingQueue;
import com.google.common.collect.Queues;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.novametal.baremetal.FakeCloud;

/** A compute host in a separate process, which dies by SIGKILL. Its log is {@code process.log} in the cloud's folder. */
final class HostProcess implements AutoCloseable {
    private static final Duration LIMIT = Duration.ofSeconds(90);
    private static final String END = "end of output";

    private final Process process;
    private final Writer commands;
    /** The newest lines, for the message when the process does not answer. */
    private final Queue<String> logged = Queues.synchronizedQueue(EvictingQueue.create(40));

    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final Thread reader;

    private HostProcess(Process process, Path log) {
        this.process = process;
        this.commands = process.outputWriter();
        this.reader = Thread.ofVirtual().start(() -> read(log));
    }

    /** How a command ended. */
    enum End {
        /** It was done. */
        DONE,
        /** The process died before that. */
        DIED
    }

    /**
     * Starts a host and waits until it has resumed what is unfinished. Another program may have taken the host's port since it
     * died: the start is then repeated, as a supervisor does.
     */
    static HostProcess start(FakeCloud cloud) throws IOException, InterruptedException {
        long begun = System.nanoTime();
        while (true) {
            HostProcess host = launch(cloud, List.of());
            try {
                String answer = host.answer();
                if (answer.startsWith("done ")) {
                    return host;
                }
                host.close();
                if (!answer.contains("cannot listen on") || System.nanoTime() - begun > LIMIT.toNanos()) {
                    throw new IllegalStateException("the host does not start: " + answer);
                }
            } catch (RuntimeException | InterruptedException e) {
                host.close();
                throw e;
            }
        }
    }

    /** Starts a host by a command that runs what follows it, and does not wait: the first {@link #answer()} is of its start. */
    static HostProcess launch(FakeCloud cloud, List<String> runner) throws IOException {
        List<String> command = new ArrayList<>(runner);
        command.addAll(CountedProgram.command(
                cloud.folder(),
                HostProgram.class,
                List.of(cloud.folder().toString(), cloud.imageUrl().toString())));
        return new HostProcess(
                new ProcessBuilder(command).redirectErrorStream(true).start(),
                cloud.folder().resolve("process.log"));
    }

    private void read(Path log) {
        try (BufferedReader lines = process.inputReader();
                Writer out = Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(HostProgram.ANSWER)) {
                    answers.add(line);
                }
                out.write(line + "\n");
                out.flush();
                logged.add(line);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            answers.add(END);
        }
    }

    /** Kills the process right after that many commits from now. */
    void arm(int commits) throws InterruptedException {
        call("arm " + commits);
    }

    /** Counts the commits from now. */
    void count() throws InterruptedException {
        call("count");
    }

    /** The commits since {@link #count}. */
    int written() throws InterruptedException {
        return Integer.parseInt(call("written").orElseThrow());
    }

    End run(LifeVerb verb) throws InterruptedException {
        return call(verb.name()).isPresent() ? End.DONE : End.DIED;
    }

    /** Sends a verb without waiting for its end. */
    void begin(LifeVerb verb) {
        send(verb.name());
    }

    /** How the verb that was sent last ended. */
    End end(LifeVerb verb) throws InterruptedException {
        return answer(verb.name()).isPresent() ? End.DONE : End.DIED;
    }

    private Optional<String> call(String command) throws InterruptedException {
        send(command);
        return answer(command);
    }

    private void send(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            // The process is dead: the answer says so.
            answers.add(END);
        }
    }

    /** Sends a command, and returns what the host says: {@code done …} or {@code failed …}. */
    String ask(String command) throws InterruptedException {
        send(command);
        return answer();
    }

    /** The next answer, as for {@link #ask}. */
    String answer() throws InterruptedException {
        String line = next("a command");
        return line.equals(END) ? line : line.substring(HostProgram.ANSWER.length());
    }

    private String next(String what) throws InterruptedException {
        String line = answers.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
        if (line == null) {
            throw new IllegalStateException("the host did not answer " + what + " within " + LIMIT
                    + "; it last logged:\n" + String.join("\n", logged.toArray(String[]::new)));
        }
        return line;
    }

    private Optional<String> answer(String what) throws InterruptedException {
        String line = next(what);
        if (line.startsWith(HostProgram.FAILED)) {
            throw new IllegalStateException("the host failed at " + what + ": " + line);
        }
        return line.equals(END) ? Optional.empty() : Optional.of(line.substring(HostProgram.DONE.length()));
    }

    long pid() {
        return process.pid();
    }

    /** Kills the process. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || !reader.join(LIMIT)) {
            throw new IllegalStateException("process " + process.pid() + " did not end");
        }
    }

    /** Whether the process has been ended by SIGKILL. */
    boolean wasKilled() throws InterruptedException {
        return process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) && process.exitValue() == 128 + 9;
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
