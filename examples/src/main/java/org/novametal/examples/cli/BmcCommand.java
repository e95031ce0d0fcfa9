package org.novametal.examples.cli;

import org.novametal.examples.ProgramVersion;
import picocli.CommandLine.Command;

/** {@code nova-metal bmc}: what is done with BMCs. */
@Command(
        name = "bmc",
        mixinStandardHelpOptions = true,
        versionProvider = ProgramVersion.class,
        description = "Talks to BMCs, by themselves or those of an inventory.",
        subcommands = {PowerCommand.class, ConsoleCommand.class})
final class BmcCommand {}
