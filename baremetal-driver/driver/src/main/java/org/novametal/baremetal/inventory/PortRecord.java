package org.novametal.baremetal.inventory;

import java.util.UUID;

/**
 * One network port of a node.
 *
 * @param uuid its identity
 * @param node the node's UUID
 * @param mac its hardware address, lower case with colons
 * @param position its place among the node's ports, from 0; the node boots from the first
 */
public record PortRecord(UUID uuid, UUID node, String mac, int position) {}
