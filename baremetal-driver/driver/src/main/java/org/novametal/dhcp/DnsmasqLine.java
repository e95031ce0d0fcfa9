package org.novametal.dhcp;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.novametal.text.ForeignText;

/**
 * Reads a line of dnsmasq's log. Any machine on the network can have its own words in the log: a vendor class, a host name, the
 * reason for a decline, the name of a file. So a line proves something only where the words that dnsmasq chose itself stand
 * first in its message.
 *
 * <pre>
 * Nov 30 12:00:00 dnsmasq-dhcp[12]: read /var/lib/nova-metal/dhcp/hosts/UUID               proof, in any language
 * dnsmasq: duplicate dhcp-host IP address 10.0.0.7 at line 1 of /…/hosts/UUID               a refusal
 * dnsmasq-dhcp[12]: 1804289383 vendor class: no such address at line 1 of /…/hosts/UUID     of a client: nothing
 * dnsmasq-tftp[12]: file bad name at line 1 of /…/hosts/UUID not found                      of a client: nothing
 * </pre>
 *
 * <p>Source: dnsmasq 2.90, {@code src/log.c#my_syslog}, {@code src/option.c#one_opt} and {@code #read_file}, {@code
 * src/rfc2131.c#log_packet}, {@code po/*.po}.
 */
final class DnsmasqLine {
    /** The name of the program that syslog or dnsmasq writes before a message, with the part of it that speaks. */
    private static final Pattern MESSAGE = Pattern.compile(".*?\\bdnsmasq(-[a-z]+)?(?:\\[[0-9]+])?: (.*)");

    /** "read PATH", and "Lecture de PATH" and "PATH gelesen" of a dnsmasq that speaks another language. */
    private static final List<Pattern> READ = List.of(
            Pattern.compile("(?:[\\p{L}\\p{M}]+ ){1,3}/(?:.*/)?([^/]+)"),
            Pattern.compile("/(?:.*/)?([^/]+) [\\p{L}\\p{M}]+"));

    /** The first words of dnsmasq's messages about lines of its files. */
    private static final Pattern REFUSED = Pattern.compile(
            "((?:bad|duplicate|illegal|invalid|inappropriate|missing|unsupported|extraneous|cannot|dhcp-option too long"
                    + "|junk found)\\b.*) at line [0-9]+ of /(?:.*/)?([^/]+)",
            Pattern.CASE_INSENSITIVE);

    private DnsmasqLine() {}

    /**
     * An entry that dnsmasq does not use.
     *
     * @param file the name of the file with the entry; safe text
     * @param why the reason; safe text
     */
    record Refusal(String file, String why) {}

    /** The refusal that a line reports. */
    static Optional<Refusal> refusal(String line) {
        return message(line)
                .map(REFUSED::matcher)
                .filter(Matcher::matches)
                .map(found -> new Refusal(ForeignText.line(found.group(2)), ForeignText.line(found.group(1))));
    }

    /** Removes the name of the file that dnsmasq has read, as a line reports. */
    static void removeRead(String line, Set<String> unread) {
        message(line)
                .ifPresent(message -> READ.forEach(pattern -> {
                    Matcher read = pattern.matcher(message);
                    if (read.matches()) {
                        unread.remove(read.group(1));
                    }
                }));
    }

    /** The message of the parts of dnsmasq that read files. */
    private static Optional<String> message(String line) {
        Matcher parts = MESSAGE.matcher(line);
        if (!parts.matches()) {
            return Optional.empty();
        }
        String speaker = parts.group(1) == null ? "" : parts.group(1);
        return speaker.isEmpty() || speaker.equals("-dhcp") ? Optional.of(parts.group(2)) : Optional.empty();
    }
}
