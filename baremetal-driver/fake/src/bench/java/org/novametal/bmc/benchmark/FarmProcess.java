package org.novametal.bmc.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A farm of fake BMCs in a separate process: it prints a line {@code bmc …} for each, then {@code ready}, and answers questions
 * from its standard input by a line each. Other lines are its log's.
 *
 * @param <M> a BMC of the farm
 */
public final class FarmProcess<M> implements AutoCloseable {
    private final Process process;
    private final BufferedReader lines;
    private final List<M> members;

    private FarmProcess(Process process, BufferedReader lines, List<M> members) {
        this.process = process;
        this.lines = lines;
        this.members = List.copyOf(members);
    }

    /**
     * Starts it; returns when all BMCs listen.
     *
     * @param environment variables for it, such as the user and password of all
     * @param member reads a BMC from the words of its line, the first of which is {@code bmc}
     */
    public static <M> FarmProcess<M> start(
            List<String> command, Map<String, String> environment, Function<String[], M> member)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().putAll(environment);
        Process process = builder.start();
        List<M> members = new ArrayList<>();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.equals("ready")) {
            String[] words = line.split(" ", -1);
            if (words[0].equals("bmc")) {
                members.add(member.apply(words));
            }
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("the farm of fake BMCs ended with exit code " + process.waitFor());
        }
        return new FarmProcess<>(process, lines, members);
    }

    /** All its BMCs. */
    public List<M> members() {
        return members;
    }

    /** Asks a question; returns what is behind the prefix in the answer. */
    public String ask(String question, String answerPrefix) throws IOException {
        Writer questions = process.outputWriter(StandardCharsets.UTF_8);
        questions.write(question + "\n");
        questions.flush();
        String answer = lines.readLine();
        while (answer != null && !answer.startsWith(answerPrefix)) {
            answer = lines.readLine();
        }
        if (answer == null) {
            throw new IOException("the farm of fake BMCs ended");
        }
        return answer.substring(answerPrefix.length());
    }

    @Override
    public void close() {
        Children.end(process);
    }
}
