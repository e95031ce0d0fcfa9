/**
 * Runs operations: writes the transition, then changes memory, then acts; takes them up after a crash.
 */
@NullMarked
package org.novametal.baremetal.provision;

import org.jspecify.annotations.NullMarked;
