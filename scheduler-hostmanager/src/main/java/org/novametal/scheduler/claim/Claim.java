package org.novametal.scheduler.claim;

import java.time.Instant;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;

/**
 * A promise of a node to an instance.
 *
 * @param instance the instance
 * @param node the node
 * @param expires when the promise ends if nothing else ends it
 */
public record Claim(InstanceId instance, NodeName node, Instant expires) {}
