package org.novametal.baremetal.inventory;

import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.novametal.baremetal.state.ProvisionState;
import org.novametal.bmc.BmcAddress;
import org.novametal.bmc.BmcCredentials;
import org.novametal.driver.model.NodeName;

/** An operator's description of a node, to enrol or update it. */
public final class NodeSpec {
    private static final Pattern MAC = Pattern.compile("([0-9a-f]{2}:){5}[0-9a-f]{2}");

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
    private final List<String> macs;
    private final Optional<String> consoleLog;
    private final BmcSettings settings;
    private final Optional<ProvisionState> initialState;

    private NodeSpec(Builder builder) {
        this.uuid = builder.uuid;
        this.name = builder.name;
        this.bmc = builder.bmc;
        this.bmcAlias = builder.bmcAlias;
        this.credentials = builder.credentials;
        this.vcpus = atLeastOne("vcpus", builder.vcpus);
        this.memoryMb = atLeastOne("memoryMb", builder.memoryMb);
        this.localGb = atLeastOne("localGb", builder.localGb);
        this.cpuArch = builder.cpuArch;
        this.resourceClass = builder.resourceClass;
        this.traits = builder.traits;
        this.macs = checkedMacs(builder.macs);
        this.consoleLog = builder.consoleLog;
        this.settings = builder.settings;
        this.initialState = builder.initialState;
    }

    private int atLeastOne(String what, int value) {
        if (value < 1) {
            throw new IllegalArgumentException(
                    "node " + name + ": " + what + " is " + value + "; it must be 1 or more");
        }
        return value;
    }

    private List<String> checkedMacs(List<String> given) {
        if (given.isEmpty()) {
            throw new IllegalArgumentException("node " + name
                    + " has no MAC address; give at least the MAC address of the port that it boots from");
        }
        List<String> lower =
                given.stream().map(mac -> mac.toLowerCase(Locale.ROOT)).toList();
        for (String mac : lower) {
            if (!MAC.matcher(mac).matches()) {
                throw new IllegalArgumentException(
                        "node " + name + ": '" + mac + "' is not a MAC address such as 52:54:00:12:34:56");
            }
        }
        return lower;
    }

    /**
     * Starts a description with architecture {@code x86_64} and a random UUID. Processors, memory, disk and MAC addresses must
     * be set.
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

    /**
     * The MAC addresses of the node's network ports: one or more, in lower case with colons, each unique among all nodes. The
     * first belongs to the port that the node boots from.
     */
    public List<String> macs() {
        return macs;
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
                .macs(macs)
                .settings(settings);
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
        private List<String> macs = List.of();
        private Optional<String> consoleLog = Optional.empty();
        private BmcSettings settings = BmcSettings.NONE;
        private Optional<ProvisionState> initialState = Optional.empty();

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

        /** Sets the MAC addresses of all network ports; the first belongs to the port that the node boots from. */
        public Builder macs(List<String> values) {
            macs = List.copyOf(values);
            return this;
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

        /**
         * Sets the state in which the node is enrolled, and stays: {@code available} or {@code manageable} for a node that need
         * not be verified and cleaned, {@code enroll} for one that an operator verifies later.
         *
         * @throws IllegalArgumentException for another state
         */
        public Builder initialState(ProvisionState value) {
            if (!value.isInitial()) {
                throw new IllegalArgumentException("node " + name + " cannot be enrolled as '" + value.persistedName()
                        + "'; use enroll, manageable or available");
            }
            initialState = Optional.of(value);
            return this;
        }

        /**
         * Creates the description.
         *
         * @throws IllegalArgumentException when the number of processors, the memory or the disk is less than 1, or MAC
         *     addresses are missing or invalid
         */
        public NodeSpec build() {
            return new NodeSpec(this);
        }
    }
}
