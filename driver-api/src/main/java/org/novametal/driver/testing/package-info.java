/** Shipped fakes: a driver whose machines are in memory, and a compute host that records what a driver tells it. */
@NullMarked
package org.novametal.driver.testing;

import org.jspecify.annotations.NullMarked;
