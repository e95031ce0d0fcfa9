/**
 * The HTTP server on a UNIX domain socket through which other processes use a {@link org.novametal.driver.ComputeDriver}: routes,
 * limits, the check of the peer's user, long waits. It knows the driver's interface and the JSON, but no particular driver.
 */
@NullMarked
package org.novametal.examples.computehost.server;

import org.jspecify.annotations.NullMarked;
