/** What is known of the nodes, and what one instance asks of them: values that never change. */
@NullMarked
package org.novametal.scheduler.host;

import org.jspecify.annotations.NullMarked;
