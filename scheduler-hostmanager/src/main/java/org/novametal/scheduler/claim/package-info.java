/** Which node is promised to which instance; the only mutable state of the scheduler. */
@NullMarked
package org.novametal.scheduler.claim;

import org.jspecify.annotations.NullMarked;
