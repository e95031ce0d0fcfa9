/** Shipped fakes: a driver whose machines are in memory, and a compute host that records the events of a driver. */
@NullMarked
package org.novametal.driver.testing;

import org.jspecify.annotations.NullMarked;
