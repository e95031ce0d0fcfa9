package org.novametal.examples.quickstart;

import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.error.ErrorCode;
import org.novametal.examples.ProgramVersion;
import org.novametal.examples.quickstart.QuickstartException.Problem;
import org.novametal.examples.quickstart.Report.Failed;
import org.novametal.examples.quickstart.Report.Note;
import org.novametal.scheduler.NoValidHostException;
import org.novametal.text.ForeignText;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The program {@code quickstart}: reads nova.conf, enrols a rack of fake machines, runs instances on it, and removes
 * everything again.
 *
 * <p>Exit code 0 when all of it succeeded, 1 when something failed, 2 when it was used or configured wrongly. When a
 * signal ends the program, it also removes everything that it started.
 */
@Command(
        name = "quickstart",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        sortOptions = false,
        description =
                "Runs instances on a rack of fake machines: reads nova.conf, loads driver and host manager by their"
                        + " class names, enrols, schedules, spawns, switches, reboots, destroys and cleans.")
public final class Quickstart implements Callable<Integer> {
    private static final int DONE = 0;
    private static final int FAILED = 1;
    private static final int WRONG_USAGE = 2;
    private static final int MOST_NODES = 500;

    /** How events are printed. */
    private enum Format {
        table,
        json
    }

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    @Option(
            names = "--config-file",
            paramLabel = "F",
            description = "the nova.conf to read; examples/etc/nova.conf when not given")
    private @Nullable Path configFile;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "4", description = "fake machines (${DEFAULT-VALUE})")
    private int nodes;

    @Option(
            names = "--instances",
            paramLabel = "M",
            defaultValue = "2",
            description = "instances, spawned side by side (${DEFAULT-VALUE})")
    private int instances;

    @Option(
            names = "--image",
            paramLabel = "FILE|URL",
            description = "a qcow2 or raw disk image, or its http(s) URL; a small one is made when not given")
    private @Nullable String image;

    @Option(
            names = {"-f", "--format"},
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES}; table is for people, json prints one object a line")
    private Format format = Format.table;

    @Option(
            names = "--keep",
            paramLabel = "DIR",
            description = "leave inventory, disks, consoles and log in this new or empty folder")
    private @Nullable Path keep;

    private Quickstart() {}

    /** Runs the program and ends the JVM with its exit code. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Quickstart())
                .setExecutionExceptionHandler((failure, commandLine, parsed) -> {
                    commandLine.getErr().println("quickstart: " + ForeignText.lines(failure.toString()));
                    return FAILED;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() {
        Settings settings = settings();
        Output output = output();
        Cleanup cleanup = new Cleanup();
        AtomicBoolean finished = new AtomicBoolean();
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().name("quickstart-end").unstarted(() -> {
                    if (!finished.get()) {
                        output.close();
                        System.err.println("quickstart: ended by a signal; removing what was started");
                        cleanup.close();
                    }
                }));
        int code = run(settings, output, cleanup);
        cleanup.close();
        output.close();
        finished.set(true);
        if (System.out.checkError()) {
            System.err.println(
                    "quickstart: the output could not be written; the disk is full, or the program that reads it has ended");
            return code == DONE ? FAILED : code;
        }
        return code;
    }

    private Settings settings() {
        if (nodes < 1 || nodes > MOST_NODES) {
            throw wrong("--nodes is " + nodes + "; it must be 1 to " + MOST_NODES);
        }
        if (instances < 1) {
            throw wrong("--instances is " + instances + "; it must be 1 or more");
        }
        Path file = configFile;
        if (file == null) {
            String home = System.getProperty("nova.metal.home");
            if (home == null) {
                throw wrong(
                        "no --config-file is given, and the system property nova.metal.home, the folder of etc/nova.conf,"
                                + " is not set; start the program by examples/bin/quickstart");
            }
            file = Path.of(home, "etc", "nova.conf");
        }
        return new Settings(file, nodes, instances, Optional.ofNullable(image), Optional.ofNullable(keep));
    }

    private ParameterException wrong(String message) {
        return new ParameterException(spec.commandLine(), message);
    }

    private Output output() {
        return switch (format) {
            case json -> new JsonOutput(System.out);
            case table -> {
                Terminal terminal = new Terminal();
                OptionalInt width = terminal.width();
                yield width.isPresent()
                        ? new LiveOutput(
                                System.out, System.err, () -> terminal.width().orElse(width.getAsInt()))
                        : new TextOutput(System.out, System.err);
            }
        };
    }

    private static int run(Settings settings, Output output, Cleanup cleanup) {
        try {
            WorkFolder work = cleanup.add("the work folder", WorkFolder.make(settings.keep()));
            cleanup.add("the log", new RunLog(work));
            new MainJob(settings, work, output, cleanup).run();
            settings.keep().ifPresent(folder -> output.show(new Note("all files of the run are kept in " + folder)));
            return DONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            output.show(new Failed("INTERRUPTED", "interrupted before the job was done"));
            return FAILED;
        } catch (RuntimeException e) {
            if (exitCode(e) != WRONG_USAGE) {
                LoggerFactory.getLogger(Quickstart.class).error("the job failed", e);
            }
            SequencedSet<Failed> failures = new LinkedHashSet<>();
            failures.add(describe(e));
            for (Throwable other : e.getSuppressed()) {
                failures.add(describe(other));
            }
            failures.forEach(output::show);
            return exitCode(e);
        }
    }

    private static Failed describe(Throwable failure) {
        return switch (failure) {
            case DriverException driver -> new Failed(driver.code().name(), driver.getMessage());
            case NoValidHostException none -> new Failed("NO_VALID_HOST", none.getMessage());
            case QuickstartException own -> new Failed(own.problem().name(), own.getMessage());
            default -> new Failed("INTERNAL", failure.toString());
        };
    }

    private static int exitCode(RuntimeException failure) {
        boolean misused = switch (failure) {
            case DriverException driver -> driver.code() == ErrorCode.CONFIG_INVALID;
            case QuickstartException own ->
                own.problem() == Problem.USAGE || own.problem() == Problem.DRIVER_UNSUITABLE;
            default -> false;
        };
        return misused ? WRONG_USAGE : FAILED;
    }
}
