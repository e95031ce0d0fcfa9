/** Ranks the nodes that can take an instance; the smallest comes first. */
@NullMarked
package org.novametal.scheduler.weigh;

import org.jspecify.annotations.NullMarked;
