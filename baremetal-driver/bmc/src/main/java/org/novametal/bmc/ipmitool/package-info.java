/**
 * The BMC port over the program {@code ipmitool}: for hardware that only it can talk to, and for IPMI 1.5. Dear: a process a
 * call. Whatever speaks IPMI 2.0 properly is better served by {@link org.novametal.bmc.ipmi}.
 */
@NullMarked
package org.novametal.bmc.ipmitool;

import org.jspecify.annotations.NullMarked;
