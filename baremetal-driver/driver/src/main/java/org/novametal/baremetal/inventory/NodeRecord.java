package org.novametal.baremetal.inventory;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;

/**
 * What the store keeps of a node. A value: what has changed since it was read is not in it.
 *
 * @param uuid its identity
 * @param name its name
 * @param bmc where its BMC is
 * @param vcpus processors
 * @param memoryMb memory in MiB
 * @param localGb disk in GiB
 * @param cpuArch the processor architecture
 * @param resourceClass its resource class as operators write it
 * @param traits its traits
 * @param consoleLog where what its serial line prints is had from; absent: nowhere
 * @param settings how its BMC is used
 * @param state where it is in its life
 * @param instance the instance that holds it
 * @param operation the unfinished operation on it
 * @param power the power state last seen; {@code NOSTATE} when never seen or unknown
 * @param wanted what its power is to be
 * @param maintenance why nobody may use it now; absent when it may be used
 * @param lastError what went wrong last, for people; absent after a success
 * @param createdAt when it was enrolled
 * @param updatedAt when this record last changed
 */
public record NodeRecord(
        UUID uuid,
        NodeName name,
        BmcAddress bmc,
        int vcpus,
        int memoryMb,
        int localGb,
        String cpuArch,
        Optional<String> resourceClass,
        Set<String> traits,
        Optional<ConsoleSource> consoleLog,
        BmcSettings settings,
        ProvisionState state,
        Optional<InstanceOnNode> instance,
        Optional<UUID> operation,
        PowerState power,
        WantedPower wanted,
        Optional<String> maintenance,
        Optional<String> lastError,
        Instant createdAt,
        Instant updatedAt) {
    /** Copies the traits. */
    public NodeRecord {
        traits = Set.copyOf(traits);
    }

    /** Whether the driver itself records what its serial line prints, by {@link ConsoleSource.SerialOverLan}. */
    public boolean isConsoleRecorded() {
        return consoleLog.filter(ConsoleSource.SerialOverLan.class::isInstance).isPresent();
    }
}
