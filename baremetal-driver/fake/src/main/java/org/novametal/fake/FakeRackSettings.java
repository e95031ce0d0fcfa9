package org.novametal.fake;

import java.nio.file.Path;
import java.util.Objects;
import org.novametal.bmc.BmcCredentials;

/**
 * The machines of a fake rack, with their ports and folders.
 *
 * @param machines how many machines, 1 to 60,000
 * @param firstPort the UDP port of the first machine's BMC, the other machines have the ports after it; 0 takes any free
 *     ports
 * @param user the one user of all BMCs
 * @param stateFolder where the machines' disks are; existing disks are kept
 * @param dhcpFolder the {@code dhcp_dir} that the driver writes
 * @param logFolder the folder of the serial ports' logs
 * @param diskBytes the length of each disk, positive; the disk's file is sparse
 */
public record FakeRackSettings(
        int machines,
        int firstPort,
        BmcCredentials user,
        Path stateFolder,
        Path dhcpFolder,
        Path logFolder,
        long diskBytes) {
    private static final int MAX_MACHINES = 60_000;
    private static final int MAX_PORT = 65_535;

    /** Checks that there are machines with disks, and ports for all of them. */
    public FakeRackSettings {
        Objects.requireNonNull(user, "user");
        Objects.requireNonNull(stateFolder, "stateFolder");
        Objects.requireNonNull(dhcpFolder, "dhcpFolder");
        Objects.requireNonNull(logFolder, "logFolder");
        if (machines < 1 || machines > MAX_MACHINES) {
            throw new IllegalArgumentException("a rack of " + machines + " machines; it takes 1 to " + MAX_MACHINES);
        }
        if (diskBytes < 1) {
            throw new IllegalArgumentException("disks of " + diskBytes + " bytes; they need 1 or more");
        }
        if (firstPort < 0 || (firstPort > 0 && firstPort + machines - 1 > MAX_PORT)) {
            throw new IllegalArgumentException(
                    machines + " ports from " + firstPort + " do not end at " + MAX_PORT + " or before");
        }
    }
}
