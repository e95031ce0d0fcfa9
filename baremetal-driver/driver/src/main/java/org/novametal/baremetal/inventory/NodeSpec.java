package org.novametal.baremetal.inventory;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.model.NodeName;

/** An operator's description of a node, to enrol or update it. */
public final class NodeSpec {
    private final UUID uuid;
    private final NodeName name;
    private final BmcAddress bmc;
    private final Optional<BmcAddress> bmcAlias;
    private final BmcCredentials credentials;
    private final int vcpus;
    private final int memoryMb;
    private final int localGb;
    private final String cpuArch;
    private final Optional<String> resourceClass;
    private final Set<String> traits;
    private final Map<String, String> capabilities;
    private final RootDevice rootDevice;
    private final List<PortSpec> ports;
    private final List<PortGroup> portGroups;
    private final Optional<String> consoleLog;
    private final BmcSettings settings;
    private final NodeNotes notes;
    private final Optional<ProvisionState> initialState;

    private NodeSpec(Builder builder) {
        this.uuid = builder.uuid;
        this.name = builder.name;
        this.bmc = builder.bmc;
        this.bmcAlias = builder.bmcAlias;
        this.credentials = builder.credentials;
        this.vcpus = builder.vcpus;
        this.memoryMb = builder.memoryMb;
        this.localGb = builder.localGb;
        this.cpuArch = builder.cpuArch;
        this.resourceClass = builder.resourceClass;
        this.traits = builder.traits;
        this.capabilities = builder.capabilities;
        this.rootDevice = builder.rootDevice;
        this.ports = builder.ports;
        this.portGroups = builder.portGroups;
        this.consoleLog = builder.consoleLog;
        this.settings = builder.settings;
        this.notes = builder.notes;
        this.initialState = builder.initialState;
    }

    /**
     * Starts a description with architecture {@code x86_64} and a random UUID. Processors, memory, disk and ports must be
     * set.
     *
     * @param name the node's name, unique
     * @param bmc address of the node's BMC, unique
     * @param credentials the BMC's user and password, and its own key where it has one
     */
    public static Builder builder(NodeName name, BmcAddress bmc, BmcCredentials credentials) {
        return new Builder(name, bmc, credentials);
    }

    /** The node's UUID. */
    public UUID uuid() {
        return uuid;
    }

    /** The node's name, unique. */
    public NodeName name() {
        return name;
    }

    /** The address of the node's BMC, unique. */
    public BmcAddress bmc() {
        return bmc;
    }

    /** The other spelling of the BMC's address, with or without its scheme's default port; no other node may have it. */
    public Optional<BmcAddress> bmcAlias() {
        return bmcAlias;
    }

    /** The BMC's user and password, and its own key where it has one. */
    public BmcCredentials credentials() {
        return credentials;
    }

    /** The number of processors, 1 or more. */
    public int vcpus() {
        return vcpus;
    }

    /** Memory in MiB, 1 or more. */
    public int memoryMb() {
        return memoryMb;
    }

    /** Disk in GiB, 1 or more. */
    public int localGb() {
        return localGb;
    }

    /** The processor architecture, such as {@code x86_64}. */
    public String cpuArch() {
        return cpuArch;
    }

    /** The resource class as operators write it, such as {@code baremetal.gold}. */
    public Optional<String> resourceClass() {
        return resourceClass;
    }

    /** The traits of the machine. */
    public Set<String> traits() {
        return traits;
    }

    /** The capabilities of the machine, which requests may demand; without {@code boot_mode} and {@code secure_boot}. */
    public Map<String, String> capabilities() {
        return capabilities;
    }

    /** The disk that images are written to. */
    public RootDevice rootDevice() {
        return rootDevice;
    }

    /** The node's network ports: one or more, at least one of which the machine boots from. */
    public List<PortSpec> ports() {
        return ports;
    }

    /** The groups of the node's ports. */
    public List<PortGroup> portGroups() {
        return portGroups;
    }

    /** The MAC addresses of the node's network ports, in lower case with colons, each unique among all nodes. */
    public List<String> macs() {
        return ports.stream().map(PortSpec::mac).toList();
    }

    /**
     * The source of the console output: {@code sol} for the BMC's serial over LAN, or the absolute path of a file that another
     * program writes. If absent, there is no console output.
     */
    public Optional<String> consoleLog() {
        return consoleLog;
    }

    /** The settings of the node's BMC. */
    public BmcSettings settings() {
        return settings;
    }

    /** What operators record about the node. */
    public NodeNotes notes() {
        return notes;
    }

    /**
     * The state in which the node is enrolled, and stays; without one the node is enrolled as {@code enroll}, and the driver
     * verifies and cleans it until it is {@code available}. Not used to update a node.
     */
    public Optional<ProvisionState> initialState() {
        return initialState;
    }

    /** A builder that starts with the values of this description. */
    public Builder toBuilder() {
        Builder builder = new Builder(name, bmc, credentials)
                .uuid(uuid)
                .vcpus(vcpus)
                .memoryMb(memoryMb)
                .localGb(localGb)
                .cpuArch(cpuArch)
                .traits(traits)
                .capabilities(capabilities)
                .rootDevice(rootDevice)
                .ports(ports)
                .portGroups(portGroups)
                .settings(settings)
                .notes(notes);
        builder.resourceClass = resourceClass;
        builder.consoleLog = consoleLog;
        builder.initialState = initialState;
        return builder;
    }

    @Override
    public String toString() {
        return "NodeSpec[" + name + ", " + uuid + ", " + bmc + "]";
    }

    /** Collects the parts of a {@link NodeSpec}. Not thread-safe. */
    public static final class Builder {
        private UUID uuid = UUID.randomUUID();
        private NodeName name;
        private BmcAddress bmc;
        private Optional<BmcAddress> bmcAlias = Optional.empty();
        private BmcCredentials credentials;
        private int vcpus;
        private int memoryMb;
        private int localGb;
        private String cpuArch = "x86_64";
        private Optional<String> resourceClass = Optional.empty();
        private Set<String> traits = Set.of();
        private Map<String, String> capabilities = Map.of();
        private RootDevice rootDevice = RootDevice.ANY;
        private List<PortSpec> ports = List.of();
        private List<PortGroup> portGroups = List.of();
        private Optional<String> consoleLog = Optional.empty();
        private BmcSettings settings = BmcSettings.NONE;
        private NodeNotes notes = NodeNotes.NONE;
        private Optional<ProvisionState> initialState = Optional.of(ProvisionState.AVAILABLE);

        private Builder(NodeName name, BmcAddress bmc, BmcCredentials credentials) {
            this.name = Objects.requireNonNull(name, "name");
            this.bmc = Objects.requireNonNull(bmc, "bmc");
            this.credentials = Objects.requireNonNull(credentials, "credentials");
        }

        /** Sets the UUID. */
        public Builder uuid(UUID value) {
            uuid = Objects.requireNonNull(value, "uuid");
            return this;
        }

        /** Sets the name. */
        public Builder name(NodeName value) {
            name = Objects.requireNonNull(value, "name");
            return this;
        }

        /** Sets the address of the BMC. */
        public Builder bmc(BmcAddress value) {
            bmc = Objects.requireNonNull(value, "bmc");
            bmcAlias = Optional.empty();
            return this;
        }

        /** Sets the other spelling of the BMC's address. */
        Builder bmcAlias(BmcAddress value) {
            bmcAlias = Optional.of(value);
            return this;
        }

        /** Sets the BMC's user and password. */
        public Builder credentials(BmcCredentials value) {
            credentials = Objects.requireNonNull(value, "credentials");
            return this;
        }

        /** Sets the number of processors. */
        public Builder vcpus(int value) {
            vcpus = value;
            return this;
        }

        /** Sets the memory in MiB. */
        public Builder memoryMb(int value) {
            memoryMb = value;
            return this;
        }

        /** Sets the disk in GiB. */
        public Builder localGb(int value) {
            localGb = value;
            return this;
        }

        /** Sets the processor architecture. */
        public Builder cpuArch(String value) {
            cpuArch = Objects.requireNonNull(value, "cpuArch");
            return this;
        }

        /** Sets the resource class. */
        public Builder resourceClass(String value) {
            resourceClass = Optional.of(value);
            return this;
        }

        /** Removes the resource class. */
        public Builder withoutResourceClass() {
            resourceClass = Optional.empty();
            return this;
        }

        /** Sets all traits. */
        public Builder traits(Set<String> values) {
            traits = Set.copyOf(values);
            return this;
        }

        /** Sets all capabilities. */
        public Builder capabilities(Map<String, String> values) {
            capabilities = Map.copyOf(values);
            return this;
        }

        /** Sets the disk that images are written to. */
        public Builder rootDevice(RootDevice value) {
            rootDevice = Objects.requireNonNull(value, "rootDevice");
            return this;
        }

        /** Sets all network ports. */
        public Builder ports(List<PortSpec> values) {
            ports = List.copyOf(values);
            return this;
        }

        /** Sets all groups of ports. */
        public Builder portGroups(List<PortGroup> values) {
            portGroups = List.copyOf(values);
            return this;
        }

        /**
         * Sets all network ports by their MAC addresses. A port that this builder has stays as it is described; the machine
         * may boot from each other one.
         */
        public Builder macs(List<String> values) {
            Map<String, PortSpec> known =
                    ports.stream().collect(Collectors.toMap(PortSpec::mac, port -> port, (first, _) -> first));
            return ports(values.stream()
                    .map(PortSpec::of)
                    .map(port -> known.getOrDefault(port.mac(), port))
                    .toList());
        }

        /** Removes the source of console output. */
        public Builder withoutConsoleLog() {
            consoleLog = Optional.empty();
            return this;
        }

        /** Sets the source of the console output. */
        public Builder consoleLog(String value) {
            consoleLog = Optional.of(value);
            return this;
        }

        /** Sets the settings of the BMC. */
        public Builder settings(BmcSettings value) {
            settings = Objects.requireNonNull(value, "settings");
            return this;
        }

        /** Sets what operators record about the node. */
        public Builder notes(NodeNotes value) {
            notes = Objects.requireNonNull(value, "notes");
            return this;
        }

        /**
         * Sets the state in which the node is enrolled, and stays; {@code available} if neither this nor {@link #verifyFirst} is
         * called.
         *
         * @throws IllegalArgumentException for another state than {@code enroll}, {@code manageable} or {@code available}
         */
        public Builder initialState(ProvisionState value) {
            if (!value.isInitial()) {
                throw new IllegalArgumentException("node " + name + " cannot be enrolled as '" + value.persistedName()
                        + "'; use enroll, manageable or available");
            }
            initialState = Optional.of(value);
            return this;
        }

        /** Lets the driver verify and clean the node first: it is enrolled as {@code enroll}, and then becomes available. */
        public Builder verifyFirst() {
            initialState = Optional.empty();
            return this;
        }

        /** Creates the description. {@link Enrolment} checks it. */
        public NodeSpec build() {
            return new NodeSpec(this);
        }
    }
}
