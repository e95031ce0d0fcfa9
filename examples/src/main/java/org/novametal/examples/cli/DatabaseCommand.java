package org.novametal.examples.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.InventoryMaintenance;
import org.novametal.baremetal.config.KeySource;
import org.novametal.examples.ProgramVersion;
import org.novametal.text.ForeignText;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code nova-metal database}: backup, restore and check of an inventory's database, and the change of its key. */
@Command(
        name = "database",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = {
            "Backs up, restores and checks the database of an inventory, and changes the key of its secrets.",
            "Run it as the user of the compute service."
        })
final class DatabaseCommand {
    @Spec
    @SuppressWarnings("NullAway.Init") // by picocli
    private CommandSpec spec;

    /** The options of every command. */
    static final class Limits {
        @Mixin
        @SuppressWarnings("NullAway.Init") // by picocli
        private InventoryLogin login;

        @Option(
                names = "--timeout",
                paramLabel = "S",
                defaultValue = "600",
                description =
                        "seconds that each part of the work may take, such as copying, or a command that prints a key"
                                + " (${DEFAULT-VALUE})")
        private int seconds;

        InventoryMaintenance maintenance() {
            if (seconds < 1) {
                throw new WrongUsage("--timeout is " + seconds + "; give 1 or more");
            }
            return new InventoryMaintenance(
                    login.options(), InstantSource.system(), Duration.ofSeconds(seconds), login.older());
        }
    }

    @Command(
            name = "backup",
            mixinStandardHelpOptions = true,
            description = {
                "Writes a copy of the inventory to a new file, also while a host runs. The key is not in it: keep a copy of the"
                        + " key elsewhere.",
                "Example: nova-metal database backup inventory.backup --config-file nova.conf"
            })
    int backup(
            @Mixin Limits limits,
            @Parameters(paramLabel = "FILE", description = "the new file; its folder must exist") Path file) {
        limits.maintenance().backup(file);
        out().println("written: " + file);
        return 0;
    }

    @Command(
            name = "restore",
            mixinStandardHelpOptions = true,
            description = {
                "Checks a backup and puts it in place of the inventory, which is kept beside it. Refused while a host runs.",
                "Instances that were deployed or deleted after the backup are not in it: compare it with the machines."
                        + " Operations that were open when the backup was made go on at the next start, which says what each"
                        + " of them waits for; so does nova-metal operation list.",
                "Example: nova-metal database restore inventory.backup --config-file nova.conf"
            })
    int restore(
            @Mixin Limits limits,
            @Parameters(paramLabel = "FILE", description = "the backup") Path file,
            @Option(
                            names = "--backup-key",
                            paramLabel = "SOURCE",
                            description =
                                    "where the key of the backup is, if it is not the present one: file:/PATH, env:NAME"
                                            + " or command:COMMAND")
                    @Nullable
                    String key) {
        Optional<Path> kept = limits.maintenance().restore(file, source("--backup-key", key));
        out().println("restored: " + file);
        kept.ifPresent(before -> out().println("the inventory before is " + before));
        return 0;
    }

    @Command(
            name = "check",
            mixinStandardHelpOptions = true,
            description = {
                "Checks pages, references, rows, secrets and key of the inventory, also while a host runs; exit code 1 when"
                        + " something is damaged.",
                "Example: nova-metal database check --config-file nova.conf"
            })
    int check(@Mixin Limits limits) {
        List<String> faults = limits.maintenance().check();
        if (faults.isEmpty()) {
            out().println("ok");
            return 0;
        }
        faults.forEach(fault -> out().println(ForeignText.line(fault, 2000)));
        return 1;
    }

    @Command(
            name = "rotate-key",
            mixinStandardHelpOptions = true,
            description = {
                "Encrypts all secrets of the inventory with another key. Refused while a host runs. The old key file is kept"
                        + " as NAME.old, or NAME.old.2 and so on, because older backups need it.",
                "Example: nova-metal database rotate-key --config-file nova.conf"
            })
    int rotateKey(
            @Mixin Limits limits,
            @Option(
                            names = "--new-key",
                            paramLabel = "SOURCE",
                            description =
                                    "where the new key is: file:/PATH, env:NAME or command:COMMAND; without it, a random"
                                            + " key is made in place of the key file")
                    @Nullable
                    String key) {
        Optional<String> next = limits.maintenance().rotateKey(source("--new-key", key));
        out().println("all secrets are encrypted with the new key");
        next.ifPresent(out()::println);
        return 0;
    }

    private static Optional<KeySource> source(String option, @Nullable String text) {
        try {
            return Optional.ofNullable(text).map(KeySource::parse);
        } catch (IllegalArgumentException e) {
            throw new WrongUsage(option + " " + e.getMessage());
        }
    }

    private PrintWriter out() {
        return spec.commandLine().getOut();
    }
}
