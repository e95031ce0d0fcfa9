package org.novametal.baremetal.inventory;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;

/**
 * A node as the store had it when it was read. A value: later changes do not show in it.
 *
 * @param identity its UUID and name
 * @param hardware what the machine has
 * @param access how its BMC and console are reached
 * @param provision its place in the life cycle
 * @param power its power, seen and wanted
 * @param version raised by every write of the node; a change that names an old version is refused
 * @param createdAt when it was enrolled
 * @param updatedAt when it was last written
 */
public record NodeRecord(
        Identity identity,
        Hardware hardware,
        Access access,
        Provision provision,
        Power power,
        long version,
        Instant createdAt,
        Instant updatedAt) {
    /** Checks that all parts are there. */
    public NodeRecord {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(hardware, "hardware");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(provision, "provision");
        Objects.requireNonNull(power, "power");
    }

    /**
     * Which node it is.
     *
     * @param uuid never changes
     * @param name unique, may be changed by an operator
     */
    public record Identity(UUID uuid, NodeName name) {}

    /**
     * What the machine has, as it was enrolled.
     *
     * @param vcpus processors
     * @param memoryMb memory in MiB
     * @param localGb disk in GiB
     * @param cpuArch processor architecture
     * @param resourceClass resource class as operators write it
     * @param traits traits
     */
    public record Hardware(
            int vcpus, int memoryMb, int localGb, String cpuArch, Optional<String> resourceClass, Set<String> traits) {
        /** Copies the traits. */
        public Hardware {
            traits = Set.copyOf(traits);
        }
    }

    /**
     * How the machine is reached out of band. The BMC's credentials are kept apart.
     *
     * @param address address of the BMC
     * @param settings how the BMC is used
     * @param console source of the console output; absent where there is none
     */
    public record Access(BmcAddress address, BmcSettings settings, Optional<ConsoleSource> console) {}

    /**
     * Where the node is in its life cycle.
     *
     * @param state provision state
     * @param instance the instance that holds the node
     * @param operation the unfinished operation on the node
     * @param maintenance why an operator took the node out of use; absent while it may be used
     * @param lastError the last failure, for people; absent after a success
     */
    public record Provision(
            ProvisionState state,
            Optional<InstanceOnNode> instance,
            Optional<UUID> operation,
            Optional<String> maintenance,
            Optional<String> lastError) {}

    /**
     * The machine's power.
     *
     * @param seen the state read last; {@code NOSTATE} when never read or unknown
     * @param wanted the state it must have
     */
    public record Power(PowerState seen, WantedPower wanted) {}

    /** The node's UUID. */
    public UUID uuid() {
        return identity.uuid();
    }

    /** The node's name. */
    public NodeName name() {
        return identity.name();
    }

    /** The address of its BMC. */
    public BmcAddress bmc() {
        return access.address();
    }

    /** How its BMC is used. */
    public BmcSettings settings() {
        return access.settings();
    }

    /** The provision state. */
    public ProvisionState state() {
        return provision.state();
    }

    /** The instance that holds the node. */
    public Optional<InstanceOnNode> instance() {
        return provision.instance();
    }

    /** The unfinished operation on the node. */
    public Optional<UUID> operation() {
        return provision.operation();
    }

    /** Why an operator took the node out of use; absent while it may be used. */
    public Optional<String> maintenance() {
        return provision.maintenance();
    }

    /** The last failure, for people; absent after a success. */
    public Optional<String> lastError() {
        return provision.lastError();
    }

    /** Whether the driver records the console through {@link ConsoleSource.SerialOverLan}. */
    public boolean isConsoleRecorded() {
        return access.console()
                .filter(ConsoleSource.SerialOverLan.class::isInstance)
                .isPresent();
    }
}
