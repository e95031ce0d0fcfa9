/**
 * IPMI 2.0 over RMCP+: a BMC by way of our own client.
 */
@NullMarked
package org.novametal.bmc.ipmi;

import org.jspecify.annotations.NullMarked;
