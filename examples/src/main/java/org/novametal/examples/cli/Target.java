package org.novametal.examples.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.novametal.bmc.Bmc;

/**
 * A BMC that a command is for.
 *
 * @param name its node's name, or, where there is none, its address
 * @param bmc the BMC
 * @param consoleLog where a compute host records its console, as far as that is known
 */
record Target(String name, Bmc bmc, Optional<Path> consoleLog) {
    /** A BMC of which nothing else is known. */
    Target(String name, Bmc bmc) {
        this(name, bmc, Optional.empty());
    }
}
