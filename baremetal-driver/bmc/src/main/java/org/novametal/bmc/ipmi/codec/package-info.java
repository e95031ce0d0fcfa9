/**
 * RMCP, RMCP+ and IPMI messages: records to bytes and back, and the keyed hashes and encryption between them.
 *
 * <p>No I/O, no clock, no randomness. A decoder of bytes from outside throws {@link
 * org.novametal.bmc.ipmi.codec.MalformedMessageException} and nothing else. Section numbers are those of the
 * "Intelligent Platform Management Interface Specification Second Generation v2.0", revision 1.1.
 */
@NullMarked
package org.novametal.bmc.ipmi.codec;

import org.jspecify.annotations.NullMarked;
