/**
 * IPMI 2.0 over RMCP+: a BMC that this module's client reaches without another program.
 */
@NullMarked
package org.novametal.bmc.ipmi;

import org.jspecify.annotations.NullMarked;
