/**
 * The port to a machine's baseboard management controller: what a BMC can do and what a vendor's client implements. It has
 * no protocol, no driver and no tools; those are in {@code bmc.loader}, {@code bmc.fleet} and {@code bmc.console}.
 */
@NullMarked
package org.novametal.bmc;

import org.jspecify.annotations.NullMarked;
