/** Ranks the nodes that can take an instance; the smallest node comes first. */
@NullMarked
package org.novametal.scheduler.weigh;

import org.jspecify.annotations.NullMarked;
