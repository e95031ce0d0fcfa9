/** Claims of nodes for instances; the only mutable state of the scheduler. */
@NullMarked
package org.novametal.scheduler.claim;

import org.jspecify.annotations.NullMarked;
