package org.novametal.examples.cli;

import java.nio.file.Path;
import java.util.Optional;
import org.novametal.bmc.Bmc;
import org.novametal.text.ForeignText;

/**
 * A BMC that a command is for.
 *
 * @param name the node's name, or the BMC's address when there is none
 * @param bmc the BMC
 * @param consoleLog where a compute host records the machine's console, if known
 */
record Target(String name, Bmc bmc, Optional<Path> consoleLog) {
    /** Makes the name safe to print: a file or an inventory holds it. */
    Target {
        name = ForeignText.line(name);
    }

    /** A BMC whose console log is not known. */
    Target(String name, Bmc bmc) {
        this(name, bmc, Optional.empty());
    }
}
