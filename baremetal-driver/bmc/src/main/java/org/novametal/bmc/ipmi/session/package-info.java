/**
 * RMCP+ sessions as machines without I/O: a datagram comes in, outputs come out; time and randomness are parameters.
 */
@NullMarked
package org.novametal.bmc.ipmi.session;

import org.jspecify.annotations.NullMarked;
