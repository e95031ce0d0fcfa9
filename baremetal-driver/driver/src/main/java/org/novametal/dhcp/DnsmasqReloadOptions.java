package org.novametal.dhcp;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How a dnsmasq that others run is made to read its files again.
 *
 * @param pidFile its {@code pid-file}; absent: {@code dnsmasq.pid} in the folder of the files, if there is one
 * @param command a command that is run instead of sending a signal
 * @param logFile its {@code log-facility}; absent: {@code dnsmasq.log} in the folder of the files, if there is one
 * @param leaseFile its {@code dhcp-leasefile}; absent: {@code dnsmasq.leases} in the folder of the files
 * @param limit how long it may take to read the files
 */
public record DnsmasqReloadOptions(
        Optional<Path> pidFile,
        Optional<String> command,
        Optional<Path> logFile,
        Optional<Path> leaseFile,
        Duration limit) {
    /** The defaults. */
    public static final DnsmasqReloadOptions DEFAULTS = new DnsmasqReloadOptions(
            Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), Duration.ofSeconds(10));

    /** Checks that no part is null. */
    public DnsmasqReloadOptions {
        Objects.requireNonNull(pidFile, "pidFile");
        Objects.requireNonNull(command, "command");
        Objects.requireNonNull(logFile, "logFile");
        Objects.requireNonNull(leaseFile, "leaseFile");
        Objects.requireNonNull(limit, "limit");
    }
}
