package org.novametal.dhcp;

import java.util.List;

/** The log of a dnsmasq, read line by line from a position on. */
interface DnsmasqLog {
    /** The position after the last line. */
    long end();

    /** The complete lines after a position, and the position after them. */
    Part since(long position);

    /**
     * A part of the log.
     *
     * @param lines its lines, as dnsmasq wrote them: text from outside
     * @param end the position after them
     */
    record Part(List<String> lines, long end) {
        /** Copies the lines. */
        public Part {
            lines = List.copyOf(lines);
        }
    }
}
