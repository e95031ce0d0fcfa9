package org.novametal.dhcp;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.novametal.text.IoFailure;

/**
 * The file in which dnsmasq keeps its DHCP leases. It is read for each question, because dnsmasq rewrites it in place at every
 * change.
 *
 * <pre>
 * 1785489120 52:54:00:12:34:56 10.0.0.57 web1 01:52:54:00:12:34:56     expiry MAC address host-name client-id
 * 0 52:54:00:12:34:57 10.0.0.58 * *                                    0: never expires; *: none
 * duid 00:01:00:01:2e:…                                                server's DUID; leases of IPv6 follow
 * 1785489120 4660 fd00::57 web1 00:01:…                                expiry IAID address host-name DUID
 * </pre>
 *
 * <p>Only leases of IPv4 name a MAC, so only these are returned. Every other line is skipped, and so is a damaged one or one
 * without its end: dnsmasq may be writing it. Immutable; any thread may call.
 *
 * <p>Source: dnsmasq, {@code src/lease.c#lease_update_file}; dnsmasq(8), {@code --dhcp-leasefile}.
 *
 * @param path the file
 */
public record LeaseFile(Path path) {
    /** The most bytes that are read: some 200,000 leases. */
    private static final int MAX_BYTES = 16 << 20;

    private static final Pattern LINE = Pattern.compile(
            "(\\d{1,18}) ([0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}) (\\d{1,3}(?:\\.\\d{1,3}){3}) (\\S{1,255}) \\S+");

    /**
     * A lease.
     *
     * @param mac the MAC of the client, lower case with colons
     * @param address its IPv4 address
     * @param hostname its host name
     * @param expiry when the lease ends; empty: never
     */
    public record Lease(String mac, InetAddress address, Optional<String> hostname, Optional<Instant> expiry) {
        /** Whether the lease has not ended at that time. */
        public boolean holdsAt(Instant now) {
            return expiry.isEmpty() || now.isBefore(expiry.get());
        }
    }

    /**
     * All leases of IPv4, in the order of the file; none when there is no file.
     *
     * @throws UncheckedIOException when the file exists and cannot be read
     */
    public List<Lease> leases() {
        return leases("");
    }

    /** The leases of one MAC, in the order of the file; otherwise as {@link #leases}. Most lines are not parsed for it. */
    public List<Lease> leasesOf(String mac) {
        String wanted = mac.toLowerCase(Locale.ROOT);
        return leases(wanted).stream()
                .filter(lease -> lease.mac().equals(wanted))
                .toList();
    }

    /** The leases of one address; otherwise as {@link #leases}. Most lines are not parsed for it. */
    public List<Lease> leasesOf(InetAddress address) {
        return leases(address.getHostAddress()).stream()
                .filter(lease -> lease.address().equals(address))
                .toList();
    }

    /** The leases of the lines that contain a text in lower case. */
    private List<Lease> leases(String part) {
        String text;
        try (InputStream in = Files.newInputStream(path)) {
            text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("the DHCP leases in " + path + " cannot be read: " + IoFailure.reason(e), e);
        }
        List<Lease> leases = new ArrayList<>();
        int begin = 0;
        for (int end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', begin)) {
            String line = text.substring(begin, end);
            if (line.contains(part) || line.toLowerCase(Locale.ROOT).contains(part)) {
                lease(line).ifPresent(leases::add);
            }
            begin = end + 1;
        }
        return List.copyOf(leases);
    }

    /**
     * The addresses that are leased to a MAC at that time. A machine may have several, because its firmware and its operating
     * system may call themselves by different client ids.
     *
     * @param mac a MAC with colons, in upper or lower case
     * @throws UncheckedIOException when the file exists and cannot be read
     */
    public Set<InetAddress> addressesOf(String mac, Instant now) {
        return leasesOf(mac).stream()
                .filter(lease -> lease.holdsAt(now))
                .map(Lease::address)
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<Lease> lease(String line) {
        Matcher fields = LINE.matcher(line);
        if (!fields.matches()) {
            return Optional.empty();
        }
        try {
            long expiry = Long.parseLong(fields.group(1));
            return Optional.of(new Lease(
                    fields.group(2).toLowerCase(Locale.ROOT),
                    InetAddress.ofLiteral(fields.group(3)),
                    Optional.of(fields.group(4)).filter(name -> !name.equals("*")),
                    expiry == 0 ? Optional.empty() : Optional.of(Instant.ofEpochSecond(expiry))));
        } catch (IllegalArgumentException | DateTimeException e) {
            // A damaged line: no such address or time.
            return Optional.empty();
        }
    }
}
