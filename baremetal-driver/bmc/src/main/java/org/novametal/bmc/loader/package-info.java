/**
 * Finding the factories of BMC clients: on the class path, in a folder of plug-ins, or given by the caller. For programs
 * that use BMCs; a vendor's client does not need it.
 */
@NullMarked
package org.novametal.bmc.loader;

import org.jspecify.annotations.NullMarked;
