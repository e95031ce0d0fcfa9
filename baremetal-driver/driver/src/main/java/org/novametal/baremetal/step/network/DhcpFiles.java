package org.novametal.baremetal.step.network;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.novametal.baremetal.inventory.HostNameRule;

/**
 * The files that configure dnsmasq for a node: {@code dhcp_dir/hosts} for {@code --dhcp-hostsdir} and {@code dhcp_dir/opts}
 * for {@code --dhcp-optsdir}, one file per node in each. A file is replaced whole, by a rename; dnsmasq reads a new file at
 * once and forgets a removed one at SIGHUP.
 *
 * <pre>
 * hosts/UUID   52:54:00:12:34:56,set:nova-metal-UUID,10.0.0.7,web1
 * opts/UUID    tag:nova-metal-UUID,option:bootfile-name,http://10.0.0.1:8080/boot/UUID.ipxe
 * </pre>
 *
 * <p>Source: dnsmasq(8), {@code --dhcp-host}, {@code --dhcp-option}.
 */
public final class DhcpFiles {
    private static final Pattern IPV4 = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private final Path hosts;
    private final Path options;

    /** Creates the writer for a folder; its two subfolders are created when they are missing. */
    public DhcpFiles(Path dhcpDir) {
        this.hosts = dhcpDir.resolve("hosts");
        this.options = dhcpDir.resolve("opts");
    }

    /**
     * Writes the files of a node.
     *
     * @param macs its hardware addresses
     * @param addresses an IPv4 address for each of the first ports; dnsmasq chooses addresses for the others
     * @param hostname its host name
     * @param bootUrl the URL that it boots from the network; absent for no network boot
     * @throws IllegalArgumentException when the host name or an address is not valid
     */
    public void write(UUID node, List<String> macs, List<String> addresses, String hostname, Optional<URI> bootUrl) {
        if (!HostNameRule.isHostName(hostname)) {
            throw unfit("host name", hostname);
        }
        addresses.forEach(address -> check(IPV4, "IPv4 address", address));
        String tag = "nova-metal-" + node;
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < macs.size(); i++) {
            lines.append(macs.get(i)).append(",set:").append(tag);
            if (i < addresses.size()) {
                lines.append(',').append(addresses.get(i));
            }
            // dnsmasq allows a name for one address only, so the further ports have none.
            if (i == 0) {
                lines.append(',').append(hostname);
            }
            lines.append('\n');
        }
        // The option is written first: a machine that gets its address must get its boot file too.
        if (bootUrl.isPresent()) {
            replace(options, node, "tag:" + tag + ",option:bootfile-name," + bootUrl.get() + "\n");
        } else {
            delete(options, node);
        }
        replace(hosts, node, lines.toString());
    }

    /** Removes the files of a node. Removing an unknown node succeeds. */
    public void remove(UUID node) {
        delete(hosts, node);
        delete(options, node);
    }

    // dnsmasq reads these files: only plain names and addresses may get in.
    private static void check(Pattern pattern, String what, String value) {
        if (!pattern.matcher(value).matches()) {
            throw unfit(what, value);
        }
    }

    private static IllegalArgumentException unfit(String what, String value) {
        return new IllegalArgumentException("'" + value + "' is not a valid " + what + " for DHCP");
    }

    private static void replace(Path folder, UUID node, String text) {
        try {
            Files.createDirectories(folder);
            // dnsmasq ignores files whose names begin with a dot or end with a tilde.
            Path draft = folder.resolve("." + node);
            Files.writeString(draft, text, StandardCharsets.UTF_8);
            Files.move(draft, folder.resolve(node.toString()), StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.resolve(node.toString()), e);
        }
    }

    private static void delete(Path folder, UUID node) {
        try {
            Files.deleteIfExists(folder.resolve(node.toString()));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot delete " + folder.resolve(node.toString()), e);
        }
    }
}
