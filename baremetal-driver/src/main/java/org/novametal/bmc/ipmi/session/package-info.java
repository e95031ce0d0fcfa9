/**
 * One RMCP+ session as a machine without I/O: datagram in, outputs out, time as a parameter.
 */
@NullMarked
package org.novametal.bmc.ipmi.session;

import org.jspecify.annotations.NullMarked;
