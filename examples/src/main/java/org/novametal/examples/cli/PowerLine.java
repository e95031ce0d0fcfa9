package org.novametal.examples.cli;

import java.util.Locale;
import java.util.Optional;
import org.novametal.bmc.BmcException;
import org.novametal.bmc.ChassisPower;

/**
 * The result of the command for one machine.
 *
 * @param node the machine's name
 * @param bmc the address of the machine's BMC
 * @param power {@code on}, {@code off}, {@code changing} between the two, or {@code unknown}
 * @param note a remark
 * @param error why the power is unknown or not as requested
 */
record PowerLine(String node, String bmc, String power, Optional<String> note, Optional<BmcException> error) {
    static PowerLine of(Target target, ChassisPower power) {
        return new PowerLine(
                target.name(),
                target.bmc().address().toString(),
                power.name().toLowerCase(Locale.ROOT),
                Optional.empty(),
                Optional.empty());
    }

    static PowerLine of(Target target, BmcException error) {
        return new PowerLine(
                target.name(), target.bmc().address().toString(), "unknown", Optional.empty(), Optional.of(error));
    }

    PowerLine noting(String text) {
        return new PowerLine(node, bmc, power, Optional.of(text), error);
    }

    /** The last column of the table. */
    String remark() {
        return bmc
                + note.map(text -> "  " + text).orElse("")
                + error.map(failure -> "  " + failure.reason() + ": " + failure.getMessage())
                        .orElse("");
    }
}
