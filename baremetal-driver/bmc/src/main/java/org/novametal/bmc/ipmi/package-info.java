/**
 * IPMI 2.0 over RMCP+: a BMC through the IPMI client of this module.
 */
@NullMarked
package org.novametal.bmc.ipmi;

import org.jspecify.annotations.NullMarked;
