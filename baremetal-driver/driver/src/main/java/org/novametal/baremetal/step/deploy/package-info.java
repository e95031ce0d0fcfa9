/** Steps that write an image to a node's disk. */
@NullMarked
package org.novametal.baremetal.step.deploy;

import org.jspecify.annotations.NullMarked;
