/**
 * The API for a machine's baseboard management controller, called by drivers and implemented by clients of BMCs. It
 * contains no protocol; tools on top of it are in {@code bmc.loader}, {@code bmc.fleet} and {@code bmc.console}.
 */
@NullMarked
package org.novametal.bmc;

import org.jspecify.annotations.NullMarked;
