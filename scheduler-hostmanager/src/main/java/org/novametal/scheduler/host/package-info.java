/** The reported state of nodes, and the demands of one instance: immutable values. */
@NullMarked
package org.novametal.scheduler.host;

import org.jspecify.annotations.NullMarked;
