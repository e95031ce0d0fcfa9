package org.novametal.baremetal.inventory;

import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * An operator's description of a network port of a node.
 *
 * @param mac the MAC address, lower case with colons, unique among all ports of all nodes
 * @param uuid the port's UUID; if absent, a port that the store knows by its MAC keeps its UUID, and a new one gets one
 * @param name a name for people
 * @param pxe whether the machine boots the deploy ramdisk from this port
 * @param physicalNetwork the name of the physical network that the port is connected to
 * @param vlanId the VLAN of the port, 1 to 4094
 * @param link the switch port that it is connected to
 * @param group the name of the {@link PortGroup} of the same node that the port belongs to
 */
public record PortSpec(
        String mac,
        Optional<UUID> uuid,
        Optional<String> name,
        Pxe pxe,
        Optional<String> physicalNetwork,
        OptionalInt vlanId,
        Optional<LocalLink> link,
        Optional<String> group) {
    /** Whether a machine boots the deploy ramdisk from a port: only such ports get boot scripts, and addresses for it. */
    public enum Pxe {
        /** It boots from this port. */
        ENABLED,
        /** It does not boot from this port. */
        DISABLED
    }

    /** Puts the MAC in lower case and checks that no part is null. */
    public PortSpec {
        mac = mac.toLowerCase(Locale.ROOT);
        Objects.requireNonNull(uuid, "uuid");
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(pxe, "pxe");
        Objects.requireNonNull(physicalNetwork, "physicalNetwork");
        Objects.requireNonNull(vlanId, "vlanId");
        Objects.requireNonNull(link, "link");
        Objects.requireNonNull(group, "group");
    }

    /** A port that the machine may boot from, of which only the MAC is known. */
    public static PortSpec of(String mac) {
        return new PortSpec(
                mac,
                Optional.empty(),
                Optional.empty(),
                Pxe.ENABLED,
                Optional.empty(),
                OptionalInt.empty(),
                Optional.empty(),
                Optional.empty());
    }

    /** This port with a UUID. */
    public PortSpec withUuid(UUID other) {
        return new PortSpec(mac, Optional.of(other), name, pxe, physicalNetwork, vlanId, link, group);
    }

    /** This port with or without boot from it. */
    public PortSpec withPxe(Pxe other) {
        return new PortSpec(mac, uuid, name, other, physicalNetwork, vlanId, link, group);
    }

    /** This port in a port group. */
    public PortSpec withGroup(String other) {
        return new PortSpec(mac, uuid, name, pxe, physicalNetwork, vlanId, link, Optional.of(other));
    }
}
