package org.novametal.scheduler.claim;

import java.time.Instant;
import org.novametal.driver.model.InstanceId;
import org.novametal.driver.model.NodeName;

/**
 * A reservation of a node for an instance.
 *
 * @param instance the instance
 * @param node the node
 * @param expires when the claim expires if it does not end earlier
 */
public record Claim(InstanceId instance, NodeName node, Instant expires) {}
