package org.novametal.examples.computehost.wire;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.novametal.driver.model.Network;
import org.novametal.driver.model.NetworkInterface;
import org.novametal.driver.model.NetworkInterface.LocalLink;
import org.novametal.driver.model.NetworkInterface.PortStatus;
import org.novametal.driver.model.PortBinding;
import org.novametal.driver.model.Subnet;
import org.novametal.driver.model.Subnet.FixedAddress;
import org.novametal.driver.model.Subnet.IpVersion;

/**
 * Network interfaces, in the form in which Nova keeps them, and the ports that carry them. Source: Nova {@code
 * nova/network/model.py#VIF}.
 */
public final class NetworkJson {
    /** The key in a binding profile whose values are no text. */
    private static final String LINKS = "local_link_information";

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
            fields.text("type").ifPresent(vif::vifType);
            fields.text("vnic_type").ifPresent(vif::vnicType);
            fields.object("profile").ifPresent(profile -> profile(profile, fields.textMap("profile"), vif));
            fields.textMap("details").forEach(vif::detail);
            return vif.status(fields.flag("active") ? PortStatus.ACTIVE : PortStatus.INACTIVE)
                    .build();
        });
    }

    private static void profile(JsonFields profile, Map<String, String> values, NetworkInterface.Builder vif) {
        for (JsonFields link : profile.objects(LINKS)) {
            // Nova allows a profile with less, for ports that no switch is asked about.
            if (link.text("switch_id").isPresent() && link.text("port_id").isPresent()) {
                vif.localLink(new LocalLink(
                        link.requiredText("switch_id"), link.requiredText("port_id"), link.text("switch_info")));
            }
        }
        values.forEach((key, value) -> {
            if (!key.equals(LINKS)) {
                vif.profile(key, value);
            }
        });
    }

    private static Network network(JsonFields json) {
        return json.convert(fields -> {
            Network.Builder network = Network.builder(fields.text("label").orElse(""));
            fields.text("id").ifPresent(network::id);
            fields.object("meta").ifPresent(meta -> {
                meta.number("mtu").ifPresent(network::mtu);
                meta.text("physical_network").ifPresent(network::physicalNetwork);
                meta.number("vlan").ifPresent(network::vlan);
            });
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
            address(fields, "gateway").ifPresent(subnet::gateway);
            fields.objects("dns").forEach(server -> subnet.dnsServer(server.requiredText("address")));
            for (JsonFields route : fields.objects("routes")) {
                subnet.route(new Subnet.Route(
                        route.requiredText("cidr"), address(route, "gateway").orElse("")));
            }
            fields.object("meta").ifPresent(meta -> {
                meta.text("dhcp_server").ifPresent(subnet::dhcpServer);
                meta.text("ipv6_address_mode").ifPresent(subnet::ipv6AddressMode);
            });
            for (JsonFields ip : fields.objects("ips")) {
                List<String> floating = ip.objects("floating_ips").stream()
                        .map(one -> one.requiredText("address"))
                        .toList();
                subnet.address(new FixedAddress(ip.requiredText("address"), floating));
            }
            return subnet.build();
        });
    }

    private static Optional<String> address(JsonFields fields, String name) {
        return fields.object(name).flatMap(ip -> ip.text("address"));
    }

    /**
     * The ports of an instance, by the interface's id. {@code link} and {@code member_links} are for {@code network_data.json}:
     * what the interface's link has there, and links for the members of a bond.
     */
    public static ObjectNode bindings(Map<String, PortBinding> bindings) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        new TreeMap<>(bindings).forEach((vif, binding) -> {
            ObjectNode port = json.putObject(vif).put("mac", binding.mac());
            ObjectNode link = port.putObject("link")
                    .put("type", binding.bondMembers().isEmpty() ? "phy" : "bond")
                    .put("ethernet_mac_address", binding.mac());
            binding.bondMode().ifPresent(mode -> link.put("bond_mode", mode));
            ArrayNode members = port.putArray("member_links");
            for (String mac : binding.bondMembers()) {
                String id = vif + "-" + members.size();
                link.withArray("bond_links").add(id);
                members.addObject().put("id", id).put("type", "phy").put("ethernet_mac_address", mac);
            }
        });
        return json;
    }
}
