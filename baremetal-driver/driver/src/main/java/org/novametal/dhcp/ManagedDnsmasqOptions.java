package org.novametal.dhcp;

import com.google.common.base.Splitter;
import com.google.common.net.InetAddresses;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The configuration of a dnsmasq that the driver runs. Each text is checked: none can bring further lines into dnsmasq's
 * configuration.
 *
 * @param networkInterface the network interface that machines are behind
 * @param range first and last IPv4 address, and a netmask if it is not that of the interface; separated by commas
 * @param leaseTime how long a lease is valid, 2 minutes or more
 * @param router the router that machines are given
 * @param dnsServers the DNS servers that machines are given
 * @param raPrefix the IPv6 prefix of the interface that router advertisements announce; absent: none are sent
 * @param tftpRoot the folder with iPXE's programs {@code undionly.kpxe} and {@code snponly.efi}
 * @param leaseFile the file that keeps the leases
 * @param limit how long dnsmasq may take to start, and to read its files again
 */
public record ManagedDnsmasqOptions(
        String networkInterface,
        String range,
        Duration leaseTime,
        Optional<String> router,
        List<String> dnsServers,
        Optional<String> raPrefix,
        Path tftpRoot,
        Path leaseFile,
        Duration limit) {
    /** IFNAMSIZ is 16 with the zero at the end; a comma separates interfaces and a star stands for any characters. */
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9_.:-]{1,15}");

    private static final Duration LEAST_LEASE_TIME = Duration.ofMinutes(2);

    /** Checks the texts. */
    public ManagedDnsmasqOptions {
        requireInterface(networkInterface);
        requireRange(range);
        router.ifPresent(ManagedDnsmasqOptions::requireIpv4);
        dnsServers = List.copyOf(dnsServers);
        dnsServers.forEach(ManagedDnsmasqOptions::requireIpv4);
        raPrefix.ifPresent(ManagedDnsmasqOptions::requirePrefix);
        Objects.requireNonNull(tftpRoot, "tftpRoot");
        Objects.requireNonNull(leaseFile, "leaseFile");
        Objects.requireNonNull(limit, "limit");
        if (leaseTime.compareTo(LEAST_LEASE_TIME) < 0) {
            throw new IllegalArgumentException("the lease time is " + leaseTime + "; dnsmasq's least is 2 minutes");
        }
    }

    /**
     * The text, if it can be the name of a network interface.
     *
     * @throws IllegalArgumentException when it is not; the message follows the text
     */
    public static String requireInterface(String text) {
        return require(INTERFACE.matcher(text).matches(), "is not the name of a network interface, such as eth1", text);
    }

    /**
     * The text without blanks, if it is two IPv4 addresses in order, with or without a netmask.
     *
     * @throws IllegalArgumentException when it is not; the message follows the text
     */
    public static String requireRange(String text) {
        List<String> parts = Splitter.on(',').trimResults().splitToList(text);
        boolean valid = (parts.size() == 2 || parts.size() == 3)
                && parts.stream().allMatch(ManagedDnsmasqOptions::isIpv4)
                && toNumber(parts.get(0)) <= toNumber(parts.get(1))
                && (parts.size() == 2 || isNetmask(toNumber(parts.get(2))));
        require(valid, "is not first,last or first,last,netmask, such as 10.0.0.50,10.0.0.250,255.255.255.0", text);
        return String.join(",", parts);
    }

    /**
     * The text, if it is an IPv4 address.
     *
     * @throws IllegalArgumentException when it is not; the message follows the text
     */
    public static String requireIpv4(String text) {
        return require(isIpv4(text), "is not an IPv4 address", text);
    }

    /**
     * The text, if it is an IPv6 address that can be a prefix of 64 bits.
     *
     * @throws IllegalArgumentException when it is not; the message follows the text
     */
    public static String requirePrefix(String text) {
        return require(isPrefix(text), "is not an IPv6 network of 64 bits, such as fd00:77::", text);
    }

    /** Whether dnsmasq gives that address to machines without a fixed one. */
    boolean isInRange(InetAddress address) {
        List<String> ends = Splitter.on(',').splitToList(range);
        long number = toNumber(address.getHostAddress());
        return toNumber(ends.get(0)) <= number && number <= toNumber(ends.get(1));
    }

    private static String require(boolean valid, String predicate, String text) {
        if (!valid) {
            throw new IllegalArgumentException(predicate);
        }
        return text;
    }

    private static boolean isIpv4(String text) {
        return InetAddresses.isInetAddress(text) && InetAddresses.forString(text) instanceof Inet4Address;
    }

    private static boolean isPrefix(String text) {
        if (text.contains("%") || !InetAddresses.isInetAddress(text)) {
            return false;
        }
        byte[] bytes =
                InetAddresses.forString(text) instanceof Inet6Address address ? address.getAddress() : new byte[0];
        for (int i = 8; i < bytes.length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return bytes.length == 16;
    }

    private static long toNumber(String ipv4) {
        return Integer.toUnsignedLong(InetAddresses.coerceToInteger(InetAddresses.forString(ipv4)));
    }

    private static boolean isNetmask(long mask) {
        long hosts = ~mask & 0xFFFF_FFFFL;
        return mask != 0 && (hosts & (hosts + 1)) == 0;
    }
}
