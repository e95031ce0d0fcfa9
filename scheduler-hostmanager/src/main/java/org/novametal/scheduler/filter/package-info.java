/** Whether a node can take an instance, and if not, why and by what number. */
@NullMarked
package org.novametal.scheduler.filter;

import org.jspecify.annotations.NullMarked;
