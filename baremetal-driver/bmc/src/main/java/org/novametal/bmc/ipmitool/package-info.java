/**
 * Implements the BMC API with the program {@code ipmitool}, for hardware that only this program supports, and for IPMI 1.5.
 * Slow, because it starts a process for each command. For BMCs with a correct IPMI 2.0, {@link org.novametal.bmc.ipmi} is
 * faster and has a console.
 */
@NullMarked
package org.novametal.bmc.ipmitool;

import org.jspecify.annotations.NullMarked;
