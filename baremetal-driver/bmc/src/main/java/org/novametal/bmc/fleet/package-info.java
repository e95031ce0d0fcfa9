/**
 * Work on many BMCs at once: power sweeps, power changes that are verified, and the pace of power commands. For programs
 * that use BMCs; a vendor's client does not need it.
 */
@NullMarked
package org.novametal.bmc.fleet;

import org.jspecify.annotations.NullMarked;
