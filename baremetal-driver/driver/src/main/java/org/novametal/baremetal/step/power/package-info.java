/**
 * Steps that switch a node and prove it.
 */
@NullMarked
package org.novametal.baremetal.step.power;

import org.jspecify.annotations.NullMarked;
