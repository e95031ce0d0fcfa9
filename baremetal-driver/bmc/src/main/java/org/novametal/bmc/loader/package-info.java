/**
 * Finding the factories of BMC clients: on the class path, in a folder of plug-ins, or given by the caller. For programs; a
 * vendor's client needs none of it.
 */
@NullMarked
package org.novametal.bmc.loader;

import org.jspecify.annotations.NullMarked;
