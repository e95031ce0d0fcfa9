package org.novametal.examples.computehost.wire;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.novametal.driver.error.MessageText;

/**
 * The version of the wire. A new minor version adds calls and fields, and peers of older minor versions need not know it; a new
 * major version breaks older peers.
 */
public final class WireVersion {
    /** The header in which a caller states its version, such as {@code 1.0}. */
    public static final String HEADER = "Nova-Metal-Api";

    /** This program's major version. */
    public static final int MAJOR = 1;

    /** This program's minor version. */
    public static final int MINOR = 0;

    private static final Pattern VERSION = Pattern.compile("([0-9]{1,4})\\.([0-9]{1,4})");

    private WireVersion() {}

    /** This program's version as text. */
    public static String text() {
        return MAJOR + "." + MINOR;
    }

    /**
     * Checks the version that a caller states.
     *
     * @throws WireFormatException when it is another major version, or no version
     */
    public static void check(String stated) {
        Matcher version = VERSION.matcher(stated);
        if (!version.matches()) {
            throw new WireFormatException("the header " + HEADER + " is '" + MessageText.line(stated, 60)
                    + "'; it must be a version such as " + text());
        }
        if (Integer.parseInt(version.group(1)) != MAJOR) {
            throw new WireFormatException(
                    "the caller speaks version " + stated + " of the interface and this compute host " + text()
                            + "; install the caller and the compute host from the same major version");
        }
    }
}
