/** Operations as data: kind, input, plan and progress of an operation, and the rules for each kind. No I/O, no clock. */
@NullMarked
package org.novametal.baremetal.operation;

import org.jspecify.annotations.NullMarked;
