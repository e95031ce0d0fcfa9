/** Queues that admit a number at once, in order, and say each one's place. They know nothing of what waits in them. */
@NullMarked
package org.novametal.queue;

import org.jspecify.annotations.NullMarked;
