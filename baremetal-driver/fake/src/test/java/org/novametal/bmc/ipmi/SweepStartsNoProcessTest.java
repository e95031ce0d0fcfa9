package org.novametal.bmc.ipmi;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.novametal.bmc.PeerProgram;

/** strace sees what processes a sweep starts. */
@Tag("peers")
class SweepStartsNoProcessTest {
    private static final Pattern NEW_PROGRAM = Pattern.compile("\\bexecve(at)?\\(");
    /** A new thread has the flag CLONE_THREAD, a new process has not. */
    private static final Pattern NEW_PROCESS = Pattern.compile("\\b(v?fork|clone3?)\\((?!.*\\bCLONE_THREAD\\b)");

    @TempDir
    Path directory;

    @Test
    void aSweepStartsNoProcess() throws Exception {
        assertThat(startsOf()).isEmpty();
    }

    @Test
    void aProgramThatIsStartedWouldBeSeen() throws Exception {
        assertThat(startsOf("/bin/true")).anyMatch(line -> line.contains("/bin/true"));
    }

    /** The system calls by which the program, after its own start, begins processes. */
    private List<String> startsOf(String... child) throws IOException, InterruptedException {
        Path trace = directory.resolve("trace");
        List<String> command = new ArrayList<>(List.of(
                "strace",
                "-f",
                "-o",
                trace.toString(),
                "-e",
                "trace=execve,execveat,fork,vfork,clone,clone3",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                SweepProgram.class.getName()));
        command.addAll(List.of(child));

        PeerProgram.Result result = PeerProgram.run(command, directory);

        assertThat(result.exitCode()).as(result.output()).isZero();
        assertThat(result.output()).contains(SweepProgram.BMCS + " read");
        List<String> starts = Files.readAllLines(trace).stream()
                .filter(line -> NEW_PROGRAM.matcher(line).find()
                        || NEW_PROCESS.matcher(line).find())
                .toList();
        assertThat(starts).as("the first is Java's own").isNotEmpty();
        return starts.subList(1, starts.size());
    }
}
