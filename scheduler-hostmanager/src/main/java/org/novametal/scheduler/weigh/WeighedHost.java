package org.novametal.scheduler.weigh;

import org.novametal.scheduler.host.HostState;

/**
 * A node and its weight relative to the other nodes of its ranking.
 *
 * @param host the node
 * @param weight the sum of the node's weighted measures; larger is better
 */
public record WeighedHost(HostState host, double weight) {}
