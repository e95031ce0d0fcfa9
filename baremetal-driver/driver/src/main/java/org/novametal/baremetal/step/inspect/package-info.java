/** Steps that find out what hardware a node has. */
@NullMarked
package org.novametal.baremetal.step.inspect;

import org.jspecify.annotations.NullMarked;
