/**
 * The port to a machine's baseboard management controller: no protocol, no driver, only what a BMC can do.
 */
@NullMarked
package org.novametal.bmc;

import org.jspecify.annotations.NullMarked;
