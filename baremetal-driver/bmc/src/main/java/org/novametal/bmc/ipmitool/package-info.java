/**
 * The BMC port over the program {@code ipmitool}: for hardware that only it can talk to, and for IPMI 1.5. Dear: a process a
 * call. For BMCs with a correct IPMI 2.0, {@link org.novametal.bmc.ipmi} is faster and has a console.
 */
@NullMarked
package org.novametal.bmc.ipmitool;

import org.jspecify.annotations.NullMarked;
