/**
 * Work on many BMCs at once: power sweeps, power changes that are read back, and the pace of power commands. For programs;
 * a vendor's client needs none of it.
 */
@NullMarked
package org.novametal.bmc.fleet;

import org.jspecify.annotations.NullMarked;
