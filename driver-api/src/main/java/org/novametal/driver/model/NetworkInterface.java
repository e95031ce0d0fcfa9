package org.novametal.driver.model;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One requested virtual interface of an instance: an entry of Nova's {@code network_info}.
 *
 * <p>Source: Nova {@code nova/network/model.py#VIF}.
 */
public final class NetworkInterface {
    private final String vifId;
    private final Optional<String> mac;
    private final Network network;
    private final List<String> addresses;
    private final Optional<String> vifType;
    private final Optional<String> vnicType;
    private final Map<String, String> profile;
    private final List<LocalLink> localLinks;
    private final Map<String, String> details;
    private final PortStatus status;

    private NetworkInterface(Builder builder) {
        this.vifId = builder.vifId;
        this.mac = builder.mac;
        this.network = builder.network;
        List<String> all = new ArrayList<>(builder.addresses);
        network.subnets().forEach(subnet -> subnet.addresses().forEach(address -> all.add(address.address())));
        this.addresses = all.stream().distinct().toList();
        this.vifType = builder.vifType;
        this.vnicType = builder.vnicType;
        this.profile = Map.copyOf(builder.profile);
        this.localLinks = List.copyOf(builder.localLinks);
        this.details = Map.copyOf(builder.details);
        this.status = builder.status;
    }

    /** The state of the network port, as the network service reports it. */
    public enum PortStatus {
        /** The port works. */
        ACTIVE,
        /** The port does not work, or its state is unknown. */
        INACTIVE
    }

    /**
     * The switch port at the other end of the wire: one entry of {@code local_link_information}.
     *
     * @param switchId the switch, a hardware address or a datapath id
     * @param portId the port on it
     * @param switchInfo a description of the switch, where there is one
     */
    public record LocalLink(String switchId, String portId, Optional<String> switchInfo) {}

    /** Starts an interface on a network without a name. */
    public static Builder builder(String vifId) {
        return new Builder(vifId);
    }

    /** The id of the network port (Neutron's port id). */
    public String vifId() {
        return vifId;
    }

    /** The requested hardware address, lower case with colons; absent means "any port of the node". */
    public Optional<String> mac() {
        return mac;
    }

    /** The network that the interface is on. */
    public Network network() {
        return network;
    }

    /** The fixed addresses, including those of the network's subnets, in order. */
    public List<String> addresses() {
        return addresses;
    }

    /** Neutron's kind of binding, such as {@code ovs} or {@code other}. */
    public Optional<String> vifType() {
        return vifType;
    }

    /** Neutron's kind of port, such as {@code baremetal} or {@code normal}. */
    public Optional<String> vnicType() {
        return vnicType;
    }

    /** The binding profile, without {@link #localLinks()}. */
    public Map<String, String> profile() {
        return profile;
    }

    /** The binding profile's {@code local_link_information}. */
    public List<LocalLink> localLinks() {
        return localLinks;
    }

    /** Neutron's binding details. */
    public Map<String, String> details() {
        return details;
    }

    /** Whether the port works: Nova's {@code active}. */
    public PortStatus status() {
        return status;
    }

    private List<Object> parts() {
        return List.of(vifId, mac, network, addresses, vifType, vnicType, profile, localLinks, details, status);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NetworkInterface that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    @Override
    public String toString() {
        return "NetworkInterface[" + vifId + mac.map(value -> ", " + value).orElse("") + ", " + network.label() + ", "
                + addresses + "]";
    }

    /** Collects the parts of a {@link NetworkInterface}. Not thread-safe. */
    public static final class Builder {
        private final String vifId;
        private Optional<String> mac = Optional.empty();
        private Network network = Network.named("");
        private final List<String> addresses = new ArrayList<>();
        private Optional<String> vifType = Optional.empty();
        private Optional<String> vnicType = Optional.empty();
        private final Map<String, String> profile = new HashMap<>();
        private final List<LocalLink> localLinks = new ArrayList<>();
        private final Map<String, String> details = new HashMap<>();
        private PortStatus status = PortStatus.INACTIVE;

        private Builder(String vifId) {
            this.vifId = Objects.requireNonNull(vifId, "vifId");
        }

        /** Sets the requested hardware address. */
        public Builder mac(String value) {
            mac = Optional.of(value);
            return this;
        }

        /** Sets the network. */
        public Builder network(Network value) {
            network = Objects.requireNonNull(value, "network");
            return this;
        }

        /** Adds a fixed address whose subnet is not known. */
        public Builder address(String value) {
            addresses.add(Objects.requireNonNull(value, "address"));
            return this;
        }

        /** Sets the kind of binding. */
        public Builder vifType(String value) {
            vifType = Optional.of(value);
            return this;
        }

        /** Sets the kind of port. */
        public Builder vnicType(String value) {
            vnicType = Optional.of(value);
            return this;
        }

        /** Adds an item of the binding profile. */
        public Builder profile(String key, String value) {
            profile.put(key, value);
            return this;
        }

        /** Adds a switch port at the other end of the wire. */
        public Builder localLink(LocalLink value) {
            localLinks.add(Objects.requireNonNull(value, "localLink"));
            return this;
        }

        /** Adds an item of the binding details. */
        public Builder detail(String key, String value) {
            details.put(key, value);
            return this;
        }

        /** Sets whether the port works. */
        public Builder status(PortStatus value) {
            status = Objects.requireNonNull(value, "status");
            return this;
        }

        /** Builds the interface. */
        public NetworkInterface build() {
            return new NetworkInterface(this);
        }
    }
}
