/** The interface between the runner of operations and the steps that act on a machine. */
@NullMarked
package org.novametal.baremetal.step;

import org.jspecify.annotations.NullMarked;
