package org.novametal.examples.rack;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import org.novametal.fake.FakeFault;
import org.novametal.fake.FakeFaults;

/**
 * A {@code --fault} option of the command line.
 *
 * @param fault the fault
 * @param number the fault's number
 * @param node the node whose BMC has the fault; when empty, all BMCs have it
 */
record FaultOption(FakeFault fault, int number, Optional<String> node) {
    /**
     * Reads {@code KIND[=N][@NODE]}.
     *
     * @throws IllegalArgumentException when the text is wrong; the message says why
     */
    static FaultOption parse(String text) {
        int at = text.indexOf('@');
        String kindAndNumber = at < 0 ? text : text.substring(0, at);
        Optional<String> node = at < 0 ? Optional.empty() : Optional.of(text.substring(at + 1));
        int equals = kindAndNumber.indexOf('=');
        String kind = equals < 0 ? kindAndNumber : kindAndNumber.substring(0, equals);
        FakeFault fault = FakeFault.of(kind)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "': there is no fault '" + kind
                        + "'; the faults are "
                        + Arrays.stream(FakeFault.values()).map(FakeFault::text).collect(Collectors.joining(", "))));
        int number = equals < 0 ? fault.usual() : number(text, kindAndNumber.substring(equals + 1));
        FakeFaults checked = FakeFaults.NONE.with(fault, number);
        return new FaultOption(fault, checked.number(fault), node);
    }

    private static int number(String text, String digits) {
        try {
            return Integer.parseInt(digits);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "': '" + digits + "' is not a whole number", e);
        }
    }

    /** The lines of the program's help on faults. */
    static String[] help() {
        return Arrays.stream(FakeFault.values())
                .map(fault -> "  " + fault.description())
                .collect(Collectors.collectingAndThen(Collectors.toList(), lines -> {
                    lines.addFirst("Faults, each with its usual number:");
                    return lines.toArray(String[]::new);
                }));
    }
}
