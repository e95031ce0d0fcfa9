/** The provision state machine as data: states, events, one table. No I/O, no clock. */
@NullMarked
package org.novametal.baremetal.state;

import org.jspecify.annotations.NullMarked;
