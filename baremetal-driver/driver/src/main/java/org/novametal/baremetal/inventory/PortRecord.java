package org.novametal.baremetal.inventory;

import java.util.UUID;

/**
 * One network port of a node.
 *
 * @param uuid the port's UUID
 * @param node the node's UUID
 * @param mac the port's MAC address, lower case with colons
 * @param position the port's place among the node's ports, counted from 0; the node boots from port 0
 */
public record PortRecord(UUID uuid, UUID node, String mac, int position) {}
