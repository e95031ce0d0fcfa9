/**
 * The compute host process: it loads the driver that {@code compute_driver} names, serves it to other processes of this machine,
 * runs the periodic tasks and reports health and metrics. It works with any driver and host manager and knows none in particular.
 */
@NullMarked
package org.novametal.examples.computehost;

import org.jspecify.annotations.NullMarked;
