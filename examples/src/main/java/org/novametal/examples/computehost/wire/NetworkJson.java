package org.novametal.examples.computehost.wire;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.novametal.driver.model.Network;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.NetworkInterface.LocalLink;
import org.novametal.driver.model.NetworkInterface.PortStatus;
import org.novametal.driver.model.PortBinding;
import org.novametal.driver.model.Subnet;
import org.novametal.driver.model.Subnet.FixedAddress;
import org.novametal.driver.model.Subnet.IpVersion;

/** Network interfaces, and the ports that carry them. Source: Nova {@code nova/network/model.py}. */
public final class NetworkJson {
    private NetworkJson() {}

    /**
     * All network interfaces of a list.
     *
     * @throws WireFormatException when a field is missing or wrong
     */
    public static List<NetworkInterface> interfaces(List<JsonFields> list) {
        return list.stream().map(NetworkJson::networkInterface).toList();
    }

    /**
     * A network interface.
     *
     * @throws WireFormatException when a field is missing or wrong
     */
    public static NetworkInterface networkInterface(JsonFields json) {
        return json.convert(fields -> {
            NetworkInterface.Builder vif = NetworkInterface.builder(fields.requiredText("id"));
            fields.text("address").ifPresent(vif::mac);
            fields.object("network").map(NetworkJson::network).ifPresent(vif::network);
            fields.texts("addresses").forEach(vif::address);
            fields.text("type").ifPresent(vif::vifType);
            fields.text("vnic_type").ifPresent(vif::vnicType);
            fields.textMap("profile").forEach(vif::profile);
            for (JsonFields link : fields.objects("local_link_information")) {
                vif.localLink(new LocalLink(
                        link.requiredText("switch_id"), link.requiredText("port_id"), link.text("switch_info")));
            }
            fields.textMap("details").forEach(vif::detail);
            return vif.status(fields.flag("active") ? PortStatus.ACTIVE : PortStatus.INACTIVE)
                    .build();
        });
    }

    private static Network network(JsonFields json) {
        return json.convert(fields -> {
            Network.Builder network = Network.builder(fields.text("label").orElse(""));
            fields.text("id").ifPresent(network::id);
            fields.number("mtu").ifPresent(network::mtu);
            fields.text("physical_network").ifPresent(network::physicalNetwork);
            fields.number("vlan").ifPresent(network::vlan);
            fields.objects("subnets").forEach(subnet -> network.subnet(subnet(subnet)));
            return network.build();
        });
    }

    private static Subnet subnet(JsonFields json) {
        return json.convert(fields -> {
            int number = fields.number("version").orElse(4);
            IpVersion version = switch (number) {
                case 4 -> IpVersion.IPV4;
                case 6 -> IpVersion.IPV6;
                default -> throw new WireFormatException(fields.path("version") + " must be 4 or 6");
            };
            Subnet.Builder subnet = Subnet.builder(fields.requiredText("cidr"), version);
            fields.text("gateway").ifPresent(subnet::gateway);
            fields.texts("dns").forEach(subnet::dnsServer);
            for (JsonFields route : fields.objects("routes")) {
                subnet.route(new Subnet.Route(route.requiredText("cidr"), route.requiredText("gateway")));
            }
            fields.text("dhcp_server").ifPresent(subnet::dhcpServer);
            fields.text("ipv6_address_mode").ifPresent(subnet::ipv6AddressMode);
            for (JsonFields ip : fields.objects("ips")) {
                subnet.address(new FixedAddress(ip.requiredText("address"), ip.texts("floating_ips")));
            }
            return subnet.build();
        });
    }

    /** The ports of an instance, by the interface's id. */
    public static ObjectNode bindings(Map<String, PortBinding> bindings) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(bindings).forEach((vif, binding) -> {
            ObjectNode port = json.putObject(vif).put("mac", binding.mac());
            binding.bondMode().ifPresent(mode -> port.put("bond_mode", mode));
            binding.bondMembers().forEach(port.putArray("bond_members")::add);
        });
        return json;
    }
}
