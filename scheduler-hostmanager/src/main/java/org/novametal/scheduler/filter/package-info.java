/** Filters that decide whether a node can take an instance, and give the reasons and numbers of a refusal. */
@NullMarked
package org.novametal.scheduler.filter;

import org.jspecify.annotations.NullMarked;
