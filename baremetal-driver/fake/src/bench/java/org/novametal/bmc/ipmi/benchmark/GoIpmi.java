package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.novametal.bmc.ChassisPower;
import org.novametal.bmc.benchmark.PeerMissingException;
import org.novametal.bmc.benchmark.Sample;
import org.novametal.bmc.benchmark.StepProgram;

/**
 * The library go-ipmi 0.9.1 (Apache-2.0), nearest rival of our engine: a program of ours that uses it, {@code
 * go-ipmi/main.go}, built by Go with the module proxy into {@code target}.
 */
final class GoIpmi implements AutoCloseable {
    private static final int PARALLEL = 64;

    private final StepProgram program;

    private GoIpmi(StepProgram program) {
        this.program = program;
    }

    /**
     * Starts it for some BMCs.
     *
     * @param folder where it may keep a file
     * @throws PeerMissingException where it cannot be built here
     */
    static GoIpmi start(List<Farm.Member> members, int suite, Path folder)
            throws IOException, InterruptedException, PeerMissingException {
        URL main = Objects.requireNonNull(GoIpmi.class.getResource("go-ipmi/main.go"), "go-ipmi/main.go");
        Path program = StepProgram.buildGo(main, "go-ipmi-benchmark", folder);
        Path addresses = Files.createTempFile(folder, "addresses", ".txt");
        Files.writeString(
                addresses,
                members.stream()
                        .map(member ->
                                member.address().host() + " " + member.address().port()
                                        + (member.power().orElseThrow() == ChassisPower.ON ? " on\n" : " off\n"))
                        .collect(Collectors.joining()));
        ProcessBuilder builder = new ProcessBuilder(
                program.toString(), addresses.toString(), String.valueOf(PARALLEL), String.valueOf(suite));
        builder.environment().put("IPMI_USER", Farm.USER.username());
        builder.environment().put("IPMI_PASSWORD", Farm.USER.password());
        return new GoIpmi(StepProgram.start("go-ipmi", builder, members.size()));
    }

    /** Logs in to all. */
    Sample open() throws IOException {
        return program.step("open");
    }

    /** Reads the power of all. */
    Sample status() throws IOException {
        return program.step("status");
    }

    /** Closes the sessions and sockets of all. */
    Sample closeSessions() throws IOException {
        return program.step("close");
    }

    @Override
    public void close() {
        program.close();
    }
}
