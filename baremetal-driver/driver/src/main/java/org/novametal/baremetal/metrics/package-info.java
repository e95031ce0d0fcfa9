/**
 * Measurements of the driver for monitoring systems. Only {@link org.novametal.baremetal.metrics.MicrometerMetrics} needs
 * Micrometer, an optional dependency; the driver runs without it.
 */
@NullMarked
package org.novametal.baremetal.metrics;

import org.jspecify.annotations.NullMarked;
