/**
 * Operations as data: what is done to a node, with what input, how far it is, and one row of rules a kind. No I/O, no clock.
 */
@NullMarked
package org.novametal.baremetal.operation;

import org.jspecify.annotations.NullMarked;
