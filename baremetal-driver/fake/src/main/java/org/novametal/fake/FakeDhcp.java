package org.novametal.fake;

import com.google.common.base.Splitter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A DHCP server without a network: it reads the files that dnsmasq reads and returns the lease that a machine would get.
 *
 * <p>Below its folder, {@code hosts/*} holds lines of {@code --dhcp-hostsdir}:
 * {@code MAC[,MAC…][,set:TAG…][,IP][,NAME][,LEASE-TIME][,ignore]}, and {@code opts/*} lines of {@code --dhcp-optsdir}:
 * {@code [tag:TAG,…]option:bootfile-name,FILE} or the same with {@code 67}. A machine has the tags that its host line sets,
 * {@code known} and {@code ipxe}; an option applies when the machine has all of its tags ({@code tag:!TAG}: when it does not
 * have the tag); one with tags overrides one without. Only machines with a host line are answered. As in dnsmasq, files whose
 * names begin with a dot or {@code #} or end with a tilde are ignored, and the dot at the end of a host name is removed. A machine without an address gets one of 127.0.0.0/8
 * that is derived from its MAC address.
 *
 * <p>Like dnsmasq it keeps its leases in a file, {@code dnsmasq.leases} in the same folder. Leases last an hour.
 *
 * <p>The files are read for each request, so that a change has effect at once. Safe for several threads; the lease file is
 * guarded by this object, and only one process may write it.
 *
 * <p>Source: dnsmasq(8), {@code --dhcp-host}, {@code --dhcp-option}, {@code --dhcp-hostsdir}.
 */
public final class FakeDhcp {
    private static final Pattern MAC = Pattern.compile("[0-9a-fA-F]{2}(:[0-9a-fA-F]{2}){5}");
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern LEASE_TIME = Pattern.compile("[0-9]+[smhdw]?|infinite");
    private static final Set<String> BOOT_FILE_OPTIONS = Set.of("option:bootfile-name", "67");
    private static final Splitter FIELDS = Splitter.on(',').trimResults();

    private static final Duration LEASE = Duration.ofHours(1);

    private final Path folder;
    private final InstantSource clock;

    /** Reads files below that folder, which need not exist yet. */
    public FakeDhcp(Path folder) {
        this(folder, InstantSource.system());
    }

    /** Reads files below that folder, which need not exist yet; its clock is for the ends of leases. */
    public FakeDhcp(Path folder, InstantSource clock) {
        this.folder = Objects.requireNonNull(folder, "folder");
        this.clock = Objects.requireNonNull(clock, "clock");
    }

    /** The file of its leases. */
    public Path leaseFile() {
        return folder.resolve("dnsmasq.leases");
    }

    /**
     * The answer to a machine's request.
     *
     * @param address the machine's IPv4 address
     * @param hostname the machine's host name
     * @param bootFile the file to boot from the network, usually an HTTP URL
     */
    public record Lease(InetAddress address, Optional<String> hostname, Optional<String> bootFile) {}

    /**
     * Gives a machine its lease, and writes that to the lease file.
     *
     * @param mac the machine's MAC address, six bytes with colons, in upper or lower case
     * @return empty when no host line names the machine, or when its host line says to ignore it
     * @throws UncheckedIOException when files exist but cannot be read
     * @throws IllegalArgumentException when the host line's address is not an IP address
     */
    public Optional<Lease> ask(String mac) {
        String wanted = mac.toLowerCase(Locale.ROOT);
        if (!MAC.matcher(wanted).matches()) {
            throw new IllegalArgumentException("'" + mac + "' is not a MAC address such as 52:54:00:12:34:56");
        }
        for (List<String> line : lines("hosts")) {
            if (line.stream().anyMatch(wanted::equalsIgnoreCase)) {
                if (line.contains("ignore")) {
                    return Optional.empty();
                }
                Lease lease = lease(wanted, line);
                keep(wanted, lease);
                return Optional.of(lease);
            }
        }
        return Optional.empty();
    }

    /** Adds a lease to the file, in place of an earlier one of the machine or of the address. */
    private synchronized void keep(String mac, Lease lease) {
        String address = lease.address().getHostAddress();
        List<String> lines = new ArrayList<>();
        try {
            if (Files.exists(leaseFile())) {
                for (String line : Files.readAllLines(leaseFile(), StandardCharsets.UTF_8)) {
                    List<String> fields = Splitter.on(' ').splitToList(line);
                    if (!fields.contains(mac) && !fields.contains(address)) {
                        lines.add(line);
                    }
                }
            }
            long expiry = clock.instant().plus(LEASE).getEpochSecond();
            lines.add(
                    expiry + " " + mac + " " + address + " " + lease.hostname().orElse("*") + " 01:" + mac);
            Path draft = leaseFile().resolveSibling(".dnsmasq.leases");
            Files.write(draft, lines, StandardCharsets.UTF_8);
            Files.move(draft, leaseFile(), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the leases in " + leaseFile(), e);
        }
    }

    private Lease lease(String mac, List<String> hostLine) {
        Set<String> tags = new HashSet<>(Set.of("known", "ipxe"));
        Optional<String> address = Optional.empty();
        Optional<String> hostname = Optional.empty();
        for (String field : hostLine) {
            if (field.startsWith("set:")) {
                tags.add(field.substring("set:".length()));
            } else if (IPV4.matcher(field).matches()) {
                address = Optional.of(field);
            } else if (isName(field)) {
                hostname = Optional.of(field.endsWith(".") ? field.substring(0, field.length() - 1) : field);
            }
        }
        return new Lease(InetAddress.ofLiteral(address.orElseGet(() -> poolAddress(mac))), hostname, bootFile(tags));
    }

    private static boolean isName(String field) {
        return !field.isEmpty()
                && field.indexOf(':') < 0
                && !field.startsWith("[")
                && !LEASE_TIME.matcher(field).matches();
    }

    private Optional<String> bootFile(Set<String> tags) {
        Optional<String> tagged = Optional.empty();
        Optional<String> untagged = Optional.empty();
        for (List<String> line : lines("opts")) {
            List<String> conditions =
                    line.stream().takeWhile(field -> field.startsWith("tag:")).toList();
            List<String> option = line.subList(conditions.size(), line.size());
            if (option.size() < 2 || !BOOT_FILE_OPTIONS.contains(option.get(0))) {
                continue;
            }
            String file = String.join(",", option.subList(1, option.size()));
            if (conditions.isEmpty()) {
                untagged = Optional.of(file);
            } else if (conditions.stream().allMatch(condition -> holds(condition.substring("tag:".length()), tags))) {
                tagged = Optional.of(file);
            }
        }
        return tagged.isPresent() ? tagged : untagged;
    }

    private static boolean holds(String condition, Set<String> tags) {
        return condition.startsWith("!") ? !tags.contains(condition.substring(1)) : tags.contains(condition);
    }

    /** The lines of all files in a sub-folder, sorted by file name, each split into fields. */
    private List<List<String>> lines(String subFolder) {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder.resolve(subFolder))) {
            for (Path file : found) {
                String name = String.valueOf(file.getFileName());
                if (!name.startsWith(".") && !name.startsWith("#") && !name.endsWith("~")) {
                    files.add(file);
                }
            }
            files.sort(null);
            List<List<String>> lines = new ArrayList<>();
            for (Path file : files) {
                for (String line : read(file)) {
                    if (!line.isBlank() && !line.startsWith("#")) {
                        lines.add(FIELDS.splitToList(line));
                    }
                }
            }
            return lines;
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the DHCP files in " + folder.resolve(subFolder), e);
        }
    }

    private static List<String> read(Path file) throws IOException {
        try {
            return Files.readAllLines(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            // The file was removed between listing and reading.
            return List.of();
        }
    }

    private static String poolAddress(String mac) {
        List<String> bytes = Splitter.on(':').splitToList(mac);
        return "127." + (1 + (Integer.parseInt(bytes.get(3), 16) & 0x7F)) + "." + Integer.parseInt(bytes.get(4), 16)
                + "." + Integer.parseInt(bytes.get(5), 16);
    }
}
