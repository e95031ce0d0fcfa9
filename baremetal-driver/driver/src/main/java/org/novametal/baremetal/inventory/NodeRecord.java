package org.novametal.baremetal.inventory;

import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.novametal.baremetal.state.NodeMarks;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.driver.model.NodeName;
import org.novametal.driver.model.PowerState;

/**
 * A snapshot of a node's record in the store; later changes do not show in it.
 *
 * @param identity the node's UUID and name
 * @param hardware the hardware of the machine
 * @param access how the node's BMC and console are reached
 * @param provision the node's place in its life cycle
 * @param power the machine's power, as last read and as wanted
 * @param notes what operators record about the node
 * @param version increased by every write of the node; an update that names an old version is refused
 * @param createdAt when the node was enrolled
 * @param updatedAt when the node was last written
 */
public record NodeRecord(
        Identity identity,
        Hardware hardware,
        Access access,
        Provision provision,
        Power power,
        NodeNotes notes,
        long version,
        Instant createdAt,
        Instant updatedAt) {
    /** Checks that no part is null. */
    public NodeRecord {
        Objects.requireNonNull(identity, "identity");
        Objects.requireNonNull(hardware, "hardware");
        Objects.requireNonNull(access, "access");
        Objects.requireNonNull(provision, "provision");
        Objects.requireNonNull(power, "power");
        Objects.requireNonNull(notes, "notes");
    }

    /**
     * The identity of a node.
     *
     * @param uuid the node's UUID, which never changes
     * @param name the node's name; unique, may be changed by an operator
     */
    public record Identity(UUID uuid, NodeName name) {}

    /**
     * The hardware of the machine, as enrolled.
     *
     * @param vcpus number of processors
     * @param memoryMb memory in MiB
     * @param localGb disk in GiB
     * @param cpuArch processor architecture
     * @param resourceClass resource class as operators write it
     * @param traits traits of the machine
     * @param capabilities capabilities of the machine, without {@code boot_mode} and {@code secure_boot}
     * @param rootDevice the disk that images are written to
     */
    public record Hardware(
            int vcpus,
            int memoryMb,
            int localGb,
            String cpuArch,
            Optional<String> resourceClass,
            Set<String> traits,
            Map<String, String> capabilities,
            RootDevice rootDevice) {
        /** Copies the traits and capabilities. */
        public Hardware {
            traits = Set.copyOf(traits);
            capabilities = Map.copyOf(capabilities);
        }

        /** The hardware of a description. */
        public static Hardware of(NodeSpec spec) {
            return new Hardware(
                    spec.vcpus(),
                    spec.memoryMb(),
                    spec.localGb(),
                    spec.cpuArch(),
                    spec.resourceClass(),
                    spec.traits(),
                    spec.capabilities(),
                    spec.rootDevice());
        }
    }

    /**
     * Out-of-band access to the machine. The BMC's credentials are stored separately.
     *
     * @param address address of the BMC
     * @param settings settings of the BMC
     * @param console source of the console output; absent where there is none
     */
    public record Access(BmcAddress address, BmcSettings settings, Optional<ConsoleSource> console) {
        /** The access of a description. */
        public static Access of(NodeSpec spec) {
            return new Access(spec.bmc(), spec.settings(), spec.consoleLog().map(ConsoleSource::parse));
        }
    }

    /**
     * The position of the node in its life cycle.
     *
     * @param state provision state
     * @param instance the instance that holds the node
     * @param operation the unfinished operation on the node
     * @param marks what is marked at the node beside its state
     * @param lastError the message of the last failure; absent after a success, and after the begin of a later operation
     */
    public record Provision(
            ProvisionState state,
            Optional<InstanceOnNode> instance,
            Optional<UUID> operation,
            NodeMarks marks,
            Optional<String> lastError) {}

    /**
     * The machine's power.
     *
     * @param seen the power state read last; {@code NOSTATE} when it was never read or is unknown
     * @param wanted the power state that the machine must have
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

    /** The address of the node's BMC. */
    public BmcAddress bmc() {
        return access.address();
    }

    /** The settings of the node's BMC. */
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

    /** What is marked at the node beside its state. */
    public NodeMarks marks() {
        return provision.marks();
    }

    /** Why the node was taken out of use; absent while it may be used. */
    public Optional<String> maintenance() {
        return provision.marks().maintenance().map(NodeMarks.Maintenance::reason);
    }

    /** The message of the last failure; absent after a success. */
    public Optional<String> lastError() {
        return provision.lastError();
    }

    /** Why the node cannot be deleted now, for people; empty if it can. */
    public Optional<String> whyNotDeleted() {
        String kept = "node " + name() + " is " + state().persistedName() + " and cannot be deleted: ";
        return marks().protection()
                .map(why -> "node " + name() + " is protected (" + why
                        + ") and cannot be deleted; end its protection first")
                .or(() -> instance()
                        .map(holder -> kept + "instance " + holder.name() + " (" + holder.id()
                                + ") holds it; destroy the instance first"))
                .or(() -> operation().map(id -> kept + "operation " + id + " works on the node; wait for its end"));
    }

    /** Why the instance on the node cannot be protected now, for people; empty if it can. */
    public Optional<String> whyNotProtected() {
        return state().reportsPower()
                ? Optional.empty()
                : Optional.of("node " + name() + " is " + state().persistedName()
                        + " and cannot be protected: only a node whose instance or rescue system runs can be");
    }

    /** Whether the driver records the console through {@link ConsoleSource.SerialOverLan}. */
    public boolean isConsoleRecorded() {
        return access.console()
                .filter(ConsoleSource.SerialOverLan.class::isInstance)
                .isPresent();
    }
}
