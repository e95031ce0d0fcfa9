/** The services that the compute host gives a driver: delivery of events, and a clock. */
@NullMarked
package org.novametal.driver.host;

import org.jspecify.annotations.NullMarked;
