package org.novametal.driver.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The network that an interface is on.
 *
 * <p>Source: Nova {@code nova/network/model.py#Network}.
 */
public final class Network {
    private final String label;
    private final Optional<String> id;
    private final OptionalInt mtu;
    private final Optional<String> physicalNetwork;
    private final OptionalInt vlan;
    private final List<Subnet> subnets;

    private Network(Builder builder) {
        this.label = builder.label;
        this.id = builder.id;
        this.mtu = builder.mtu;
        this.physicalNetwork = builder.physicalNetwork;
        this.vlan = builder.vlan;
        this.subnets = List.copyOf(builder.subnets);
    }

    /** Starts a network of that name. */
    public static Builder builder(String label) {
        return new Builder(label);
    }

    /** A network of which only the name is known. */
    public static Network named(String label) {
        return builder(label).build();
    }

    /** Its name, for people. */
    public String label() {
        return label;
    }

    /** The network's id in Neutron. */
    public Optional<String> id() {
        return id;
    }

    /** The largest packet, in bytes. */
    public OptionalInt mtu() {
        return mtu;
    }

    /** Neutron's name of the physical network, where the network is bound to one. */
    public Optional<String> physicalNetwork() {
        return physicalNetwork;
    }

    /** The VLAN id with which the guest must tag its packets; absent when the port is untagged. */
    public OptionalInt vlan() {
        return vlan;
    }

    /** The network's subnets, in order. */
    public List<Subnet> subnets() {
        return subnets;
    }

    private List<Object> parts() {
        return List.of(label, id, mtu, physicalNetwork, vlan, subnets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Network that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    @Override
    public String toString() {
        return "Network[" + label + id.map(value -> ", " + value).orElse("") + "]";
    }

    /** Collects the parts of a {@link Network}. Not thread-safe. */
    public static final class Builder {
        private final String label;
        private Optional<String> id = Optional.empty();
        private OptionalInt mtu = OptionalInt.empty();
        private Optional<String> physicalNetwork = Optional.empty();
        private OptionalInt vlan = OptionalInt.empty();
        private final List<Subnet> subnets = new ArrayList<>();

        private Builder(String label) {
            this.label = Objects.requireNonNull(label, "label");
        }

        /** Sets Neutron's id. */
        public Builder id(String value) {
            id = Optional.of(value);
            return this;
        }

        /** Sets the largest packet in bytes. */
        public Builder mtu(int value) {
            mtu = OptionalInt.of(value);
            return this;
        }

        /** Sets the name of the physical network. */
        public Builder physicalNetwork(String value) {
            physicalNetwork = Optional.of(value);
            return this;
        }

        /** Sets the VLAN id with which the guest tags its packets. */
        public Builder vlan(int value) {
            vlan = OptionalInt.of(value);
            return this;
        }

        /** Adds a subnet. */
        public Builder subnet(Subnet value) {
            subnets.add(Objects.requireNonNull(value, "subnet"));
            return this;
        }

        /** Builds the network. */
        public Network build() {
            return new Network(this);
        }
    }
}
