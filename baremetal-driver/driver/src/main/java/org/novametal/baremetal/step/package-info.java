/**
 * The seam between the runner of operations and what is done to a machine.
 */
@NullMarked
package org.novametal.baremetal.step;

import org.jspecify.annotations.NullMarked;
