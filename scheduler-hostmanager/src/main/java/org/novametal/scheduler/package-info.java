/**
 * The bare-metal host manager: chooses a whole node for an instance, or gives the reasons for the refusal of each node.
 */
@NullMarked
package org.novametal.scheduler;

import org.jspecify.annotations.NullMarked;
