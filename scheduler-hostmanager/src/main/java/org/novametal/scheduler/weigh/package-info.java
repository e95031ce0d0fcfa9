/** Which of the nodes that can take an instance should: the smallest. */
@NullMarked
package org.novametal.scheduler.weigh;

import org.jspecify.annotations.NullMarked;
