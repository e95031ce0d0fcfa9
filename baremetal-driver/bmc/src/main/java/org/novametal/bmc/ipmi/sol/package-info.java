/**
 * Serial over LAN as a machine without I/O: payloads, characters and the passing of time go in, outputs come out.
 */
@NullMarked
package org.novametal.bmc.ipmi.sol;

import org.jspecify.annotations.NullMarked;
