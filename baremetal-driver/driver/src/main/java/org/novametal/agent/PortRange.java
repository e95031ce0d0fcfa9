package org.novametal.agent;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A range of TCP ports.
 *
 * @param first the lowest port, 1 or more
 * @param last the highest port, 65535 at most
 */
public record PortRange(int first, int last) {
    /** Agents listen on 9999 unless their ramdisk says otherwise. */
    public static final PortRange OF_AGENTS = new PortRange(9999, 10998);

    private static final int MAX_PORT = 65_535;
    private static final Pattern TEXT = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");

    /** Checks that there are such ports. */
    public PortRange {
        if (first < 1 || last < first || last > MAX_PORT) {
            throw new IllegalArgumentException("is not a range of ports between 1 and " + MAX_PORT);
        }
    }

    /**
     * Reads {@code FIRST-LAST}, or one port.
     *
     * @throws IllegalArgumentException when the text is neither; the message is a predicate, to be printed after the text
     */
    public static PortRange parse(String text) {
        Matcher range = TEXT.matcher(text);
        if (!range.matches()) {
            throw new IllegalArgumentException("is not a range of ports such as 9999-10998");
        }
        int first = Integer.parseInt(range.group(1));
        return new PortRange(first, range.group(2) == null ? first : Integer.parseInt(range.group(2)));
    }

    /** Whether a port is in the range. */
    public boolean contains(int port) {
        return port >= first && port <= last;
    }

    @Override
    public String toString() {
        return first + "-" + last;
    }
}
