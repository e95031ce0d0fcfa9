package org.novametal.driver.model;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A range of addresses in a network, with the addresses of one interface in it.
 *
 * <p>Source: Nova {@code nova/network/model.py#Subnet}.
 */
public final class Subnet {
    private final String cidr;
    private final IpVersion version;
    private final Optional<String> gateway;
    private final List<String> dnsServers;
    private final List<Route> routes;
    private final Optional<String> dhcpServer;
    private final Optional<String> ipv6AddressMode;
    private final List<FixedAddress> addresses;

    private Subnet(Builder builder) {
        this.cidr = builder.cidr;
        this.version = builder.version;
        this.gateway = builder.gateway;
        this.dnsServers = List.copyOf(builder.dnsServers);
        this.routes = List.copyOf(builder.routes);
        this.dhcpServer = builder.dhcpServer;
        this.ipv6AddressMode = builder.ipv6AddressMode;
        this.addresses = List.copyOf(builder.addresses);
    }

    /** The version of the internet protocol. */
    public enum IpVersion {
        /** Version 4. */
        IPV4,
        /** Version 6. */
        IPV6
    }

    /**
     * A route for the guest.
     *
     * @param destination the address range, such as {@code 10.0.0.0/8}
     * @param gateway the next hop
     */
    public record Route(String destination, String gateway) {}

    /**
     * An address of the interface.
     *
     * @param address the address
     * @param floating the floating addresses that are mapped to it
     */
    public record FixedAddress(String address, List<String> floating) {
        /** Copies the floating addresses. */
        public FixedAddress {
            Objects.requireNonNull(address, "address");
            floating = List.copyOf(floating);
        }
    }

    /** Starts a subnet. */
    public static Builder builder(String cidr, IpVersion version) {
        return new Builder(cidr, version);
    }

    /** The address range, such as {@code 192.168.1.0/24}. */
    public String cidr() {
        return cidr;
    }

    /** The version of the internet protocol. */
    public IpVersion version() {
        return version;
    }

    /** The gateway. */
    public Optional<String> gateway() {
        return gateway;
    }

    /** The name servers, in order. */
    public List<String> dnsServers() {
        return dnsServers;
    }

    /** Further routes. */
    public List<Route> routes() {
        return routes;
    }

    /** The DHCP server. */
    public Optional<String> dhcpServer() {
        return dhcpServer;
    }

    /**
     * How a guest gets an IPv6 address: Neutron's {@code slaac}, {@code dhcpv6-stateful} or {@code dhcpv6-stateless}.
     */
    public Optional<String> ipv6AddressMode() {
        return ipv6AddressMode;
    }

    /** The interface's addresses, in order. */
    public List<FixedAddress> addresses() {
        return addresses;
    }

    private List<Object> parts() {
        return List.of(cidr, version, gateway, dnsServers, routes, dhcpServer, ipv6AddressMode, addresses);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Subnet that && parts().equals(that.parts());
    }

    @Override
    public int hashCode() {
        return parts().hashCode();
    }

    @Override
    public String toString() {
        return "Subnet[" + cidr + ", addresses=" + addresses + "]";
    }

    /** Collects the parts of a {@link Subnet}. Not thread-safe. */
    public static final class Builder {
        private final String cidr;
        private final IpVersion version;
        private Optional<String> gateway = Optional.empty();
        private final List<String> dnsServers = new ArrayList<>();
        private final List<Route> routes = new ArrayList<>();
        private Optional<String> dhcpServer = Optional.empty();
        private Optional<String> ipv6AddressMode = Optional.empty();
        private final List<FixedAddress> addresses = new ArrayList<>();

        private Builder(String cidr, IpVersion version) {
            this.cidr = Objects.requireNonNull(cidr, "cidr");
            this.version = Objects.requireNonNull(version, "version");
        }

        /** Sets the gateway. */
        public Builder gateway(String value) {
            gateway = Optional.of(value);
            return this;
        }

        /** Adds a name server. */
        public Builder dnsServer(String value) {
            dnsServers.add(value);
            return this;
        }

        /** Adds a route. */
        public Builder route(Route value) {
            routes.add(value);
            return this;
        }

        /** Sets the DHCP server. */
        public Builder dhcpServer(String value) {
            dhcpServer = Optional.of(value);
            return this;
        }

        /** Sets how a guest gets an IPv6 address. */
        public Builder ipv6AddressMode(String value) {
            ipv6AddressMode = Optional.of(value);
            return this;
        }

        /** Adds an address of the interface. */
        public Builder address(FixedAddress value) {
            addresses.add(value);
            return this;
        }

        /** Builds the subnet. */
        public Subnet build() {
            return new Subnet(this);
        }
    }
}
