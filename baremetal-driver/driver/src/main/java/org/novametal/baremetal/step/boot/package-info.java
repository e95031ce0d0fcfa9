/** Steps that set what a node boots. */
@NullMarked
package org.novametal.baremetal.step.boot;

import org.jspecify.annotations.NullMarked;
