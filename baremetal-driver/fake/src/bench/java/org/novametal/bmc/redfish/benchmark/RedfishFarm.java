package org.novametal.bmc.redfish.benchmark;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.benchmark.Children;

/** The farm of fake services, {@link FakeRedfishFarm}, in a separate process. */
final class RedfishFarm implements AutoCloseable {
    /** The only user of all. */
    static final BmcCredentials USER = new BmcCredentials("admin", "s3cret");

    private static final String HOST = "127.0.0.1";

    /**
     * A BMC of the farm.
     *
     * @param fingerprint the SHA-256 of its certificate
     * @param power the power of its machine
     */
    record Member(BmcAddress address, String fingerprint, ChassisPower power) {}

    private final Process process;
    private final BufferedReader lines;
    private final List<Member> members;

    private RedfishFarm(Process process, BufferedReader lines, List<Member> members) {
        this.process = process;
        this.lines = lines;
        this.members = List.copyOf(members);
    }

    /** Starts it; returns when all services listen. */
    static RedfishFarm start(int count) throws IOException, InterruptedException {
        List<String> command = Children.java("2g", FakeRedfishFarm.class);
        command.add(String.valueOf(count));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(Redirect.INHERIT);
        builder.environment().put("BMC_USER", USER.username());
        builder.environment().put("BMC_PASSWORD", USER.password());
        Process process = builder.start();
        List<Member> members = new ArrayList<>();
        BufferedReader lines = process.inputReader(StandardCharsets.UTF_8);
        String line = lines.readLine();
        while (line != null && !line.equals("ready")) {
            String[] words = line.split(" ", -1);
            // Other lines are the log's.
            if (words[0].equals("bmc")) {
                members.add(new Member(
                        new BmcAddress("redfish", HOST, Integer.parseInt(words[1]), words[2]),
                        words[3],
                        words[4].equals("on") ? ChassisPower.ON : ChassisPower.OFF));
            }
            line = lines.readLine();
        }
        if (line == null) {
            throw new IOException("the farm of fake services ended with exit code " + process.waitFor());
        }
        return new RedfishFarm(process, lines, members);
    }

    List<Member> members() {
        return members;
    }

    /** The number of open sessions of all its services. */
    int sessions() throws IOException {
        Writer questions = process.outputWriter(StandardCharsets.UTF_8);
        questions.write("sessions\n");
        questions.flush();
        String answer = lines.readLine();
        while (answer != null && !answer.startsWith("sessions ")) {
            answer = lines.readLine();
        }
        if (answer == null) {
            throw new IOException("the farm of fake services ended");
        }
        return Integer.parseInt(answer.substring("sessions ".length()));
    }

    @Override
    public void close() {
        Children.end(process);
    }
}
