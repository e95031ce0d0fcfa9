package org.novametal.bmc.ipmi.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.novametal.bmc.BmcOptions;
import org.novametal.bmc.PeerProgram;
import org.novametal.bmc.benchmark.PeerMissingException;
import org.novametal.bmc.benchmark.Report;

/** Consoles that others hold: a process each. */
final class ForkedConsoles implements Consoles {
    /** As long as a console of ours may take. */
    private static final Duration OPENING = BmcOptions.DEFAULTS.commandTimeout();

    private static final Duration POLL = Duration.ofMillis(20);

    private final List<ForkedConsole> programs = new ArrayList<>();

    /**
     * Opens them.
     *
     * @param folder where the passwords are
     */
    static ForkedConsoles open(ConsoleProgram program, List<Farm.Member> members, Path folder)
            throws IOException, InterruptedException, PeerMissingException {
        requireInstalled(program, folder);
        ForkedConsoles consoles = new ForkedConsoles();
        for (Farm.Member member : members) {
            Path output = folder.resolve(program.name() + "-" + consoles.programs.size() + ".output");
            consoles.programs.add(ForkedConsole.start(program, member.address(), folder, output));
        }
        long end = System.nanoTime() + OPENING.toNanos();
        while (consoles.areOpening() && System.nanoTime() < end) {
            LockSupport.parkNanos(POLL.toNanos());
        }
        for (ForkedConsole console : consoles.programs) {
            if (!console.isOpen()) {
                Report.say(program.name() + ", a console does not open: " + console.words());
            }
        }
        return consoles;
    }

    private static void requireInstalled(ConsoleProgram program, Path folder)
            throws IOException, InterruptedException, PeerMissingException {
        String needed = "PATH=$PATH:/usr/sbin; command -v script && command -v " + program.name();
        if (PeerProgram.run(List.of("sh", "-c", needed), folder).exitCode() != 0) {
            throw new PeerMissingException(program.name() + " or script is not installed: apt-get install "
                    + program.debianPackage() + " bsdutils, or .ci/install");
        }
    }

    private boolean areOpening() throws IOException {
        for (ForkedConsole program : programs) {
            if (!program.isOpen() && !program.hasEnded()) {
                return true;
            }
        }
        return false;
    }

    @Override
    public List<ForkedConsole> heard() {
        return programs;
    }

    @Override
    public int open() throws IOException {
        int open = 0;
        for (ForkedConsole program : programs) {
            open += program.isOpen() ? 1 : 0;
        }
        return open;
    }

    @Override
    public long cpuNanos() throws IOException {
        long sum = 0;
        for (ForkedConsole program : programs) {
            sum += program.cpuNanos();
        }
        return sum;
    }

    @Override
    public void close() {
        programs.forEach(ForkedConsole::end);
        programs.forEach(ForkedConsole::awaitEnd);
    }
}
