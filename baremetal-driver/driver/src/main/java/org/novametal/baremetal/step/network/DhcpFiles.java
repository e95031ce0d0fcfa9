package org.novametal.baremetal.step.network;

import com.google.common.base.Splitter;
import com.google.common.net.InetAddresses;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.novametal.baremetal.inventory.HostNameRule;
import org.novametal.dhcp.DhcpException;
import org.novametal.dhcp.DhcpServer;
import org.novametal.dhcp.DnsmasqFolder;
import org.novametal.dhcp.DnsmasqReload;
import org.novametal.dhcp.DnsmasqReloadOptions;
import org.novametal.dhcp.LeaseFile;
import org.novametal.text.ForeignText;
import org.novametal.text.IoFailure;
import org.novametal.text.SmallFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files that configure dnsmasq: {@code dhcp_dir/hosts}, one file per node, and {@code dhcp_dir/opts/nova-metal}, the boot
 * file of all machines. A file is replaced whole, by a rename. After each change dnsmasq is made to read its files again: it
 * keeps entries that were changed or removed until then.
 *
 * <pre>
 * hosts/UUID        52:54:00:12:34:56,10.0.0.7,web1.
 * opts/nova-metal   option:bootfile-name,http://10.0.0.1:8080/boot.ipxe
 * </pre>
 *
 * <p>Above the lines of a file stand, as comments, the leases that its MACs had before: they were not given for this file.
 *
 * <pre>
 * # before 1785489120 52:54:00:12:34:56 10.0.0.57
 * </pre>
 *
 * <p>{@code hosts/former} has the addresses of deleted instances that are still leased, with the MAC of no machine: a machine
 * that is cleaned gets another address and its lease of the former one ends.
 *
 * <p>The dot at the end makes any host name a name: dnsmasq reads {@code ignore}, {@code infinite}, {@code 3600} and
 * {@code 12h} as keywords and lease times, and removes the dot of a name. Names are written in lower case; dnsmasq refuses
 * some names with capitals, such as {@code XN--A}, and makes the others lower-case itself. No line has a tag: dnsmasq
 * 2.90-4~deb12u2 aborts at SIGHUP when a machine has a lease and its line sets a tag.
 *
 * <p>Safe for several threads; {@link #write} and {@link #remove} block until dnsmasq has read the files.
 *
 * <p>Source: dnsmasq(8), {@code --dhcp-host}, {@code --dhcp-option}; dnsmasq 2.90 {@code src/option.c#one_opt}, {@code
 * src/util.c#check_name}.
 */
public final class DhcpFiles {
    private static final Logger LOG = LoggerFactory.getLogger(DhcpFiles.class);
    private static final Pattern MAC = Pattern.compile("[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){5}");
    private static final Splitter FIELDS = Splitter.on(',').trimResults();
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final Pattern BEFORE = Pattern.compile("# before (\\d{1,18}) (\\S+) (\\S+)");
    private static final String BOOT_FILE = "nova-metal";
    private static final String FORMER = "former";
    private static final String NO_BOOT_FILE_YET = "# the boot file of all machines will stand here\n";

    private final Path hosts;
    private final Path options;
    private final DhcpServer server;
    private final LeaseFile leases;

    /**
     * An address that a machine must get.
     *
     * @param node the machine's node
     * @param mac the MAC of the port, lower case
     * @param address the address
     * @param before leases that the MAC had before the entry was written
     */
    public record Entry(UUID node, String mac, InetAddress address, Set<KnownLease> before) {
        /** Copies the leases. */
        public Entry {
            before = Set.copyOf(before);
        }
    }

    /**
     * A lease as it was at a time; its renewal is another one.
     *
     * @param mac lower case
     * @param address the address
     * @param expiry seconds since 1970; 0: never ends
     */
    public record KnownLease(String mac, InetAddress address, long expiry) {
        /** The parts of a lease that tell it from others. */
        public static KnownLease of(LeaseFile.Lease lease) {
            return new KnownLease(
                    lease.mac(),
                    lease.address(),
                    lease.expiry().map(Instant::getEpochSecond).orElse(0L));
        }

        private static Optional<KnownLease> parse(String comment) {
            Matcher fields = BEFORE.matcher(comment);
            return fields.matches() && isIpv4(fields.group(3))
                    ? Optional.of(new KnownLease(
                            fields.group(2), InetAddresses.forString(fields.group(3)), Long.parseLong(fields.group(1))))
                    : Optional.empty();
        }

        private String comment() {
            return "# before " + expiry + " " + mac + " " + address.getHostAddress() + "\n";
        }
    }

    /**
     * Creates the writer for a folder with the defaults: it signals the dnsmasq whose pid file is {@code dnsmasq.pid} in that
     * folder, if there is one.
     */
    public DhcpFiles(Path dhcpDir) {
        this(
                dhcpDir,
                DnsmasqReload.of(dhcpDir, DnsmasqReloadOptions.DEFAULTS, InstantSource.system()),
                new LeaseFile(dhcpDir.resolve("dnsmasq.leases")));
    }

    /**
     * Creates the writer for a folder; its two subfolders are created when they are missing.
     *
     * @param server the server that reads the folder
     * @param leases its leases
     */
    public DhcpFiles(Path dhcpDir, DhcpServer server, LeaseFile leases) {
        this.hosts = dhcpDir.resolve("hosts");
        this.options = dhcpDir.resolve("opts");
        this.server = server;
        this.leases = leases;
    }

    /**
     * Writes the file of a node, and the boot file of all machines if it changed; returns when dnsmasq has read them.
     *
     * @param macs its hardware addresses
     * @param addresses an IPv4 address for each of the first ports; dnsmasq chooses addresses for the others
     * @param hostname its host name
     * @param bootUrl the URL that machines boot from the network, the same for all; absent: the present one stays
     * @throws IllegalArgumentException when a part is not valid, or another node has an address already; nothing was changed
     * @throws DhcpException when dnsmasq did not read the file, or refused it; the file stays
     */
    public void write(UUID node, List<String> macs, List<String> addresses, String hostname, Optional<URI> bootUrl)
            throws InterruptedException {
        requireValid(macs, addresses, hostname);
        synchronized (this) {
            requireUnused(addresses, node);
            // The boot file is written first: a machine that gets its address must get its boot file too.
            writeBootFile(bootUrl);
            delete(options, node);
            writeFormer(node, addresses);
            replaceEntry(node, macs, addresses, hostname);
        }
        Map<String, String> refusals = server.reload();
        @Nullable String refused = refusals.get(node.toString());
        if (refused != null) {
            throw new DhcpException("dnsmasq refuses the entry of the node: " + refused
                    + "; remove the other entry, or give the instance another address");
        }
    }

    /** Removes the file of a node; returns when dnsmasq has forgotten it. Removing an unknown node succeeds. */
    public void remove(UUID node) throws InterruptedException {
        synchronized (this) {
            writeBootFile(Optional.empty());
            writeFormer(node, List.of());
            delete(hosts, node);
            delete(options, node);
        }
        server.reload();
    }

    /**
     * Writes the entries again that are missing, empty, or other than they must be, as after a power failure or in a folder
     * that a reboot cleared; returns when dnsmasq has read them. One that cannot be written is logged.
     *
     * @param wanted the entries by node
     * @return the nodes whose entries were written
     * @throws DhcpException when dnsmasq did not read them; the files stay
     */
    public Set<UUID> restore(Map<UUID, HostEntry> wanted) throws InterruptedException {
        Set<UUID> written = new HashSet<>();
        synchronized (this) {
            wanted.forEach((node, entry) -> {
                try {
                    if (restore(node, entry)) {
                        written.add(node);
                    }
                } catch (IllegalArgumentException | UncheckedIOException e) {
                    LOG.error(
                            "the DHCP entry of the instance on node {} is lost and cannot be written again: {}",
                            node,
                            e.getMessage());
                }
            });
            if (!written.isEmpty()) {
                writeBootFile(Optional.empty());
            }
        }
        if (!written.isEmpty()) {
            Map<String, String> refusals = server.reload();
            for (UUID node : written) {
                @Nullable String refused = refusals.get(node.toString());
                if (refused != null) {
                    LOG.error("dnsmasq refuses the restored entry of node {}: {}", node, refused);
                }
            }
        }
        return written;
    }

    private boolean restore(UUID node, HostEntry entry) {
        String present = read(hosts.resolve(node.toString()))
                .lines()
                .filter(line -> !line.startsWith("#"))
                .map(line -> line + "\n")
                .collect(Collectors.joining());
        if (present.equals(lines(entry.macs(), entry.addresses(), entry.hostname()))) {
            return false;
        }
        requireValid(entry.macs(), entry.addresses(), entry.hostname());
        requireUnused(entry.addresses(), node);
        replaceEntry(node, entry.macs(), entry.addresses(), entry.hostname());
        return true;
    }

    private static void requireValid(List<String> macs, List<String> addresses, String hostname) {
        macs.forEach(mac -> require(MAC.matcher(mac).matches(), "MAC", mac));
        addresses.forEach(address -> require(isIpv4(address), "IPv4 address", address));
        require(HostNameRule.isHostName(hostname), "host name", hostname);
    }

    private void replaceEntry(UUID node, List<String> macs, List<String> addresses, String hostname) {
        String before = addresses.isEmpty() ? "" : leasesOf(macs);
        replace(hosts, node.toString(), before + lines(macs, addresses, hostname));
    }

    private String leasesOf(List<String> macs) {
        return leases.leases().stream()
                .filter(lease -> macs.stream().anyMatch(lease.mac()::equalsIgnoreCase))
                .map(lease -> KnownLease.of(lease).comment())
                .collect(Collectors.joining());
    }

    /**
     * The addresses that machines must get, of all nodes.
     *
     * @throws UncheckedIOException when the files cannot be read
     */
    public List<Entry> entries() {
        List<Entry> entries = new ArrayList<>();
        for (Path file : DnsmasqFolder.files(hosts)) {
            String name = String.valueOf(file.getFileName());
            if (!UUID_TEXT.matcher(name).matches()) {
                continue;
            }
            List<String> lines = read(file).lines().toList();
            Set<KnownLease> before = lines.stream()
                    .flatMap(line -> KnownLease.parse(line).stream())
                    .collect(Collectors.toUnmodifiableSet());
            for (String line : lines) {
                List<String> fields = FIELDS.splitToList(line);
                if (fields.size() > 1 && MAC.matcher(fields.get(0)).matches() && isIpv4(fields.get(1))) {
                    entries.add(new Entry(
                            UUID.fromString(name),
                            fields.get(0).toLowerCase(Locale.ROOT),
                            InetAddresses.forString(fields.get(1)),
                            before));
                }
            }
        }
        return List.copyOf(entries);
    }

    private static String lines(List<String> macs, List<String> addresses, String hostname) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < macs.size(); i++) {
            lines.append(macs.get(i));
            if (i < addresses.size()) {
                lines.append(',').append(addresses.get(i));
            }
            // dnsmasq allows a name for one address only, so the further ports have none.
            if (i == 0) {
                lines.append(',').append(hostname.toLowerCase(Locale.ROOT)).append('.');
            }
            lines.append('\n');
        }
        return lines.toString();
    }

    private void writeBootFile(Optional<URI> url) {
        String present = read(options.resolve(BOOT_FILE));
        String wanted = url.map(boot -> "option:bootfile-name," + boot.toASCIIString() + "\n")
                .orElse(NO_BOOT_FILE_YET);
        if (present.isEmpty() || (url.isPresent() && !present.equals(wanted))) {
            replace(options, BOOT_FILE, wanted);
        }
    }

    /**
     * Writes the addresses of deleted instances that are still leased. Their machines would keep them while they are cleaned,
     * and another machine could not get them.
     *
     * @param node whose entry is replaced
     * @param claimed the addresses in its new entry
     */
    private void writeFormer(UUID node, List<String> claimed) {
        String present = read(hosts.resolve(FORMER));
        Set<String> former = new TreeSet<>();
        for (String line :
                (present + read(hosts.resolve(node.toString()))).lines().toList()) {
            List<String> fields = FIELDS.splitToList(line);
            if (fields.size() > 1 && isIpv4(fields.get(1))) {
                former.add(fields.get(1));
            }
        }
        claimed.forEach(former::remove);
        former.removeIf(
                address -> leases.leasesOf(InetAddresses.forString(address)).isEmpty());
        String wanted = former.stream()
                .map(address -> DhcpServer.NO_MACHINE + "," + address + "\n")
                .collect(Collectors.joining());
        if (!wanted.equals(present)) {
            replace(hosts, FORMER, wanted);
        }
    }

    /** dnsmasq drops the second entry of an address, whose machine would then get another one. */
    private void requireUnused(List<String> addresses, UUID node) {
        if (addresses.isEmpty()) {
            return;
        }
        for (Path file : DnsmasqFolder.files(hosts)) {
            String owner = String.valueOf(file.getFileName());
            if (owner.equals(node.toString()) || owner.equals(FORMER)) {
                continue;
            }
            for (String line :
                    read(file).lines().filter(text -> !text.startsWith("#")).toList()) {
                for (String field : FIELDS.split(line)) {
                    if (addresses.contains(field)) {
                        throw new IllegalArgumentException("the address " + field + " belongs to node "
                                + ForeignText.line(owner) + ", as " + file + " says; delete the instance there first");
                    }
                }
            }
        }
    }

    private static String read(Path file) {
        try {
            // A file that was removed meanwhile took its addresses with it.
            return SmallFile.text(file).orElse("");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file + ": " + IoFailure.reason(e), e);
        }
    }

    private static boolean isIpv4(String text) {
        return InetAddresses.isInetAddress(text) && InetAddresses.forString(text) instanceof Inet4Address;
    }

    // dnsmasq reads these files: only plain names and addresses may get in.
    private static void require(boolean valid, String what, String value) {
        if (!valid) {
            throw new IllegalArgumentException(
                    "'" + ForeignText.line(value) + "' is not a valid " + what + " for DHCP");
        }
    }

    private static void replace(Path folder, String name, String text) {
        try {
            Files.createDirectories(folder);
            // dnsmasq ignores the draft: files whose names begin with a dot or end with a tilde.
            SmallFile.replace(folder.resolve(name), text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.resolve(name) + ": " + IoFailure.reason(e), e);
        }
    }

    private static void delete(Path folder, UUID node) {
        try {
            Files.deleteIfExists(folder.resolve(node.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "cannot delete " + folder.resolve(node.toString()) + ": " + IoFailure.reason(e), e);
        }
    }
}
