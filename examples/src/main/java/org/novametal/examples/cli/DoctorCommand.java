package org.novametal.examples.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.novametal.examples.ProgramVersion;
import org.novametal.examples.cli.Diagnosis.Finding;
import org.novametal.examples.cli.Diagnosis.Result;
import org.novametal.examples.cli.RowOutput.Column;
import org.novametal.examples.computehost.ConfigFiles;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code nova-metal doctor}: what is wrong on this machine before the compute host starts. */
@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = {
            "Examines what the compute host needs: configuration, folders, programs, ports, database and key, DHCP, the BMC of each"
                    + " node with its credentials, clock, the shim's import, Nova's recommended options.",
            "One line for each: ok, warning or error, and what to do. Changes nothing. The exit code is 1 when there is an error.",
            "Example: nova-metal doctor --config-file nova.conf"
        })
final class DoctorCommand implements Callable<Integer> {
    private static final List<Column<Finding>> COLUMNS = List.of(
            new Column<>(
                    "result", finding -> Optional.of(finding.result().name().toLowerCase(Locale.ROOT))),
            new Column<>("subject", finding -> Optional.of(ForeignText.line(finding.subject()))),
            new Column<>("text", finding -> Optional.of(ForeignText.line(finding.text(), 2000))));

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private ConfigFiles files;

    @Option(names = "--python", paramLabel = "P", description = "the Python of nova-compute, such as /usr/bin/python3")
    @Nullable
    private Path python;

    @Option(
            names = "--timeout",
            paramLabel = "S",
            defaultValue = "20",
            description = "seconds that each question to a program, database or BMC may take (${DEFAULT-VALUE})")
    private int seconds;

    @Mixin
    @SuppressWarnings("NullAway.Init") // by picocli
    private RowOutput output;

    @Override
    public Integer call() throws InterruptedException {
        if (seconds < 1) {
            throw new WrongUsage("--timeout is " + seconds + "; give 1 or more");
        }
        List<Finding> findings = new Diagnosis(
                        ConfigCommand.read(files), Optional.ofNullable(python), Duration.ofSeconds(seconds))
                .run();
        output.print(spec.commandLine().getOut(), findings, COLUMNS, COLUMNS.size());
        return findings.stream().anyMatch(finding -> finding.result() == Result.ERROR) ? 1 : 0;
    }
}
