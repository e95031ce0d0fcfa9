/**
 * RMCP+ sessions as state machines without I/O: datagrams go in, outputs come out; time and random numbers are parameters.
 */
@NullMarked
package org.novametal.bmc.ipmi.session;

import org.jspecify.annotations.NullMarked;
