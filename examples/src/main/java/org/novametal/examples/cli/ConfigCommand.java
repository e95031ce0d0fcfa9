package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.novametal.baremetal.config.BareMetalOptions;
import org.novametal.baremetal.config.ConfigSample;
import org.novametal.driver.config.NovaConf;
import org.novametal.driver.config.SharedOptions;
import org.novametal.driver.error.DriverException;
import org.novametal.driver.loader.DriverLoader;
import org.novametal.examples.ProgramVersion;
import org.novametal.examples.computehost.ConfigFiles;
import org.novametal.examples.computehost.HostOptions;
import org.novametal.scheduler.HostManagerLoader;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal config}: checks configuration files, shows an option, prints a sample. */
@Command(
        name = "config",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = "Checks and explains the configuration of the compute host.")
final class ConfigCommand {
    private static final List<String> GROUPS = List.of("baremetal", "DEFAULT");

    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /**
     * Reads the files that a command is given.
     *
     * @throws WrongUsage when none is given, or one cannot be read
     */
    static NovaConf read(ConfigFiles files) {
        if (!files.isGiven()) {
            throw new WrongUsage("no configuration is given; add --config-file or --config-dir");
        }
        try {
            return files.read();
        } catch (DriverException e) {
            throw new WrongUsage(e.getMessage());
        }
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = {
                "Checks the groups [baremetal] and [compute_host]: prints all errors, each with file and line. Changes nothing.",
                "Example: nova-metal config check --config-file nova.conf"
            })
    int check(@Mixin ConfigFiles files) {
        List<String> errors = errors(read(files));
        errors.forEach(error -> spec.commandLine().getErr().println(ForeignText.lines(error)));
        if (errors.isEmpty()) {
            out().println("the configuration has no errors");
        }
        return errors.isEmpty() ? 0 : 2;
    }

    /** The errors of the groups that the compute host reads; each text has one line or more. */
    static List<String> errors(NovaConf conf) {
        List<String> errors = new ArrayList<>();
        for (Runnable reading : List.<Runnable>of(() -> BareMetalOptions.from(conf), () -> HostOptions.from(conf))) {
            try {
                reading.run();
            } catch (DriverException e) {
                errors.add(e.getMessage());
            }
        }
        plugin(conf, SharedOptions.COMPUTE_DRIVER.name(), DriverLoader.names()).ifPresent(errors::add);
        if (conf.find(GROUPS, SharedOptions.SCHEDULER_HOST_MANAGER.name()).isPresent()) {
            plugin(conf, SharedOptions.SCHEDULER_HOST_MANAGER.name(), HostManagerLoader.names())
                    .ifPresent(errors::add);
        }
        return errors;
    }

    /** The error in an option that names a plug-in: a class, or one of the names, with or without {@code nova.virt.}. */
    private static Optional<String> plugin(NovaConf conf, String option, Set<String> names) {
        Optional<NovaConf.Entry> entry = conf.find(GROUPS, option);
        if (entry.isEmpty()) {
            return Optional.of(conf.nowhere() + ": [DEFAULT] " + option + ": is missing; valid names are " + names);
        }
        String name = entry.get().value();
        if (names.contains(name) || names.contains("nova.virt." + name) || isClass(name)) {
            return Optional.empty();
        }
        return Optional.of(entry.get().origin() + ": [" + entry.get().group() + "] " + option + ": '" + name
                + "' is neither a class nor one of " + names);
    }

    private static boolean isClass(String name) {
        try {
            Class.forName(name, false, Thread.currentThread().getContextClassLoader());
            return true;
        } catch (ClassNotFoundException | LinkageError e) {
            return false;
        }
    }

    @Command(
            name = "get",
            mixinStandardHelpOptions = true,
            description = {
                "Prints the value of an option and where it is set; exit code 1 when it is not set.",
                "Values of options whose names end in password, secret or key, or that are URLs with a password, are not shown.",
                "Example: nova-metal config get baremetal state_path --config-file nova.conf"
            })
    int get(
            @Parameters(paramLabel = "GROUP", description = "the group, such as baremetal") String group,
            @Parameters(paramLabel = "OPTION", description = "the option's name") String option,
            @Mixin ConfigFiles files) {
        Optional<NovaConf.Entry> entry;
        try {
            entry = read(files).find(group, option);
        } catch (DriverException e) {
            throw new WrongUsage(e.getMessage());
        }
        if (entry.isEmpty()) {
            spec.commandLine()
                    .getErr()
                    .println("[" + ForeignText.line(group) + "] " + ForeignText.line(option) + " is not set");
            return 1;
        }
        out().println(shown(option, entry.get().value()) + "   (" + entry.get().origin() + ")");
        return 0;
    }

    private static String shown(String option, String value) {
        boolean secret = option.matches("(?i).*(password|passwd|secret|token|_key|^key)$")
                || value.matches("(?s).*://[^/@]*:[^/@]*@.*");
        return secret ? "***" : ForeignText.line(value);
    }

    @Command(
            name = "sample",
            mixinStandardHelpOptions = true,
            description = {
                "Prints a sample of the groups [baremetal] and [compute_host] with all options, their defaults and meanings.",
                "Example: nova-metal config sample > nova-metal.conf.sample"
            })
    int sample() {
        out().print(ConfigSample.text());
        out().println();
        out().print(HostOptions.sample());
        out().flush();
        return 0;
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
