/** Serial over LAN as a state machine without I/O: payloads, characters and the current time go in, outputs come out. */
@NullMarked
package org.novametal.bmc.ipmi.sol;

import org.jspecify.annotations.NullMarked;
