package org.novametal.baremetal.inventory;

import org.novametal.driver.model.InstanceId;

/**
 * The instance that holds a node.
 *
 * @param id its identity
 * @param name its name in Nova
 */
public record InstanceOnNode(InstanceId id, String name) {}
