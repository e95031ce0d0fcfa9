package org.novametal.baremetal.inventory;

import org.novametal.driver.model.InstanceId;

/**
 * The instance that holds a node.
 *
 * @param id the instance's id
 * @param name the instance's name in Nova
 */
public record InstanceOnNode(InstanceId id, String name) {}
