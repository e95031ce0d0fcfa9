/**
 * Monitors the power of all nodes that no operation works on: reads it periodically, stores it, reports changes to the
 * compute service, and switches machines back if so configured.
 */
@NullMarked
package org.novametal.baremetal.power;

import org.jspecify.annotations.NullMarked;
