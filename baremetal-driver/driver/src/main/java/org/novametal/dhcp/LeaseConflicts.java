package org.novametal.dhcp;

import com.google.common.base.Splitter;
import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.novametal.text.IoFailure;
import org.novametal.text.SmallFile;

/**
 * Finds the leases that keep dnsmasq from giving a machine its configured address: the address is leased to a MAC that is not
 * on the same line of {@code dhcp_dir/hosts}.
 *
 * <p>Source: dnsmasq 2.90, {@code src/rfc2131.c}, "not using configured address".
 */
final class LeaseConflicts {
    private static final Splitter LINES = Splitter.on('\n').omitEmptyStrings();
    private static final Splitter FIELDS = Splitter.on(',').trimResults();

    private LeaseConflicts() {}

    /**
     * A lease that is in the way.
     *
     * @param file the name of the file with the configured address
     * @param lease the lease
     * @param holder whether the machine that holds the lease has an entry, so that it may be running
     */
    record Conflict(String file, LeaseFile.Lease lease, Holder holder) {}

    /** The machine that holds a lease. */
    enum Holder {
        /** It has an entry. */
        ENTERED,
        /** It has none. */
        UNKNOWN
    }

    /** The conflicts between the files of a folder and the leases that hold at that time. */
    static List<Conflict> of(Path hosts, LeaseFile leases, Instant now) {
        Map<InetAddress, LeaseFile.Lease> held = new HashMap<>();
        for (LeaseFile.Lease lease : leases.leases()) {
            if (lease.holdsAt(now)) {
                held.put(lease.address(), lease);
            }
        }
        List<Conflict> conflicts = new ArrayList<>();
        Set<String> macs = new HashSet<>();
        if (held.isEmpty()) {
            return conflicts;
        }
        for (Path file : DnsmasqFolder.files(hosts)) {
            for (String line : LINES.split(text(file))) {
                List<String> fields = FIELDS.splitToList(line);
                if (fields.contains(DhcpServer.NO_MACHINE)) {
                    continue;
                }
                fields.forEach(field -> macs.add(field.toLowerCase(Locale.ROOT)));
                for (String field : fields) {
                    LeaseFile.@Nullable Lease lease =
                            InetAddresses.isInetAddress(field) ? held.get(InetAddresses.forString(field)) : null;
                    if (lease != null && fields.stream().noneMatch(lease.mac()::equalsIgnoreCase)) {
                        conflicts.add(new Conflict(String.valueOf(file.getFileName()), lease, Holder.UNKNOWN));
                    }
                }
            }
        }
        return conflicts.stream()
                .map(found -> macs.contains(found.lease().mac())
                        ? new Conflict(found.file(), found.lease(), Holder.ENTERED)
                        : found)
                .toList();
    }

    private static String text(Path file) {
        try {
            // A file that was removed meanwhile took its addresses with it.
            return SmallFile.text(file).orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + IoFailure.reason(e), e);
        }
    }
}
