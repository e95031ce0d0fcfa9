/** Steps that switch a node's power and verify it. */
@NullMarked
package org.novametal.baremetal.step.power;

import org.jspecify.annotations.NullMarked;
