/** Steps that check a node's BMC before the node is used. They change nothing. */
@NullMarked
package org.novametal.baremetal.step.verify;

import org.jspecify.annotations.NullMarked;
