/**
 * The power of all nodes while nothing works on them: read again and again, kept as it is in the store, told to the compute
 * service, and brought back where that is configured.
 */
@NullMarked
package org.novametal.baremetal.power;

import org.jspecify.annotations.NullMarked;
