package org.novametal.bmc.ipmi.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.benchmark.Children;

/** The farm of fake BMCs, {@link FakeFarm}, in a separate process, so that its CPU time is not counted as the client's. */
final class Farm implements AutoCloseable {
    /** The one user of all. */
    static final BmcCredentials USER = new BmcCredentials("admin", "s3cret");

    private static final String HOST = "127.0.0.1";

    /**
     * A BMC of the farm.
     *
     * @param power what its machine is; nothing where it is dead
     */
    record Member(BmcAddress address, Optional<ChassisPower> power) {}

    private final Process process;
    private final BufferedReader lines;
    private final List<Member> members;

    private Farm(Process process, BufferedReader lines, List<Member> members) {
        this.process = process;
        this.lines = lines;
        this.members = List.copyOf(members);
    }

    /** Starts it; returns when all are there. */
    static Farm start(int living, int dead, int threads, int suite) throws IOException, InterruptedException {
        List<String> command = Children.java("1g", FakeFarm.class);
        for (int argument : new int[] {living, dead, threads, suite}) {
            command.add(String.valueOf(argument));
        }
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().put("IPMI_USER", USER.username());
        builder.environment().put("IPMI_PASSWORD", USER.password());
        Process process = builder.start();
        List<Member> members = new ArrayList<>();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.equals("ready")) {
            String[] words = line.split(" ", -1);
            // Other lines are the log's.
            if (words[0].equals("bmc")) {
                members.add(new Member(
                        new BmcAddress("ipmi", HOST, Integer.parseInt(words[1]), ""),
                        switch (words[2]) {
                            case "on" -> Optional.of(ChassisPower.ON);
                            case "off" -> Optional.of(ChassisPower.OFF);
                            default -> Optional.empty();
                        }));
            }
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("the farm of fake BMCs ended with exit code " + process.waitFor());
        }
        return new Farm(process, lines, members);
    }

    /** Those that answer. */
    List<Member> living() {
        return members.stream().filter(member -> member.power().isPresent()).toList();
    }

    /** Those that do not. */
    List<Member> dead() {
        return members.stream().filter(member -> member.power().isEmpty()).toList();
    }

    /** How many sessions its BMCs have, those included that are too old and not yet dropped. */
    int sessions() throws IOException {
        return Integer.parseInt(ask("sessions", "sessions "));
    }

    /** Lets that many percent of the datagrams of all BMCs be lost each way, and these forget their sessions. */
    void lose(int percent) throws IOException {
        ask("lose " + percent, "loses");
    }

    /** Lets all machines print that much of their {@link NumberedText}; the n-th of the living is number n. */
    void print(int bytes) throws IOException {
        ask("print " + bytes, "prints");
    }

    private String ask(String question, String answerPrefix) throws IOException {
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
