package org.novametal.fake;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/**
 * The hardware of one fake machine.
 *
 * @param name the machine's name in messages
 * @param systemUuid its SMBIOS UUID
 * @param macs the hardware addresses of its NICs, in the order in which they are tried for booting
 * @param stateFolder the folder of its disk file and other state that outlives a restart of the fake
 * @param serialLog the file that its serial port prints to
 * @param diskBytes the length of its disk
 * @param softOffDelay how long its operating system takes to stop after a soft power-off
 * @param fetchTimeout how long fetching one boot file may take
 */
public record FakeMachineSettings(
        String name,
        UUID systemUuid,
        List<String> macs,
        Path stateFolder,
        Path serialLog,
        long diskBytes,
        Duration softOffDelay,
        Duration fetchTimeout) {
    /** Checks that there is a NIC. */
    public FakeMachineSettings {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(systemUuid, "systemUuid");
        Objects.requireNonNull(stateFolder, "stateFolder");
        Objects.requireNonNull(serialLog, "serialLog");
        Objects.requireNonNull(softOffDelay, "softOffDelay");
        Objects.requireNonNull(fetchTimeout, "fetchTimeout");
        macs = List.copyOf(macs);
        if (macs.isEmpty()) {
            throw new IllegalArgumentException("machine " + name + " has no NIC");
        }
    }
}
