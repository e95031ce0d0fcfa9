package org.novametal.examples.cli;

import org.novametal.examples.ProgramVersion;
import picocli.CommandLine.Command;

/** {@code nova-metal bmc}: the commands for BMCs. */
@Command(
        name = "bmc",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = "Reads and controls BMCs, given in a file, by address, or by an inventory.",
        subcommands = {PowerCommand.class, ConsoleCommand.class})
final class BmcCommand {}
