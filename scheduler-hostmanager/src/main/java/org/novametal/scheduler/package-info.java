/** The bare-metal host manager: chooses a whole node for an instance, or says for each node why not. */
@NullMarked
package org.novametal.scheduler;

import org.jspecify.annotations.NullMarked;
