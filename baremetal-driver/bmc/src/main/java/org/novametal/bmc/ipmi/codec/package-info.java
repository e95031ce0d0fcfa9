/**
 * Encoding and decoding of RMCP, RMCP+ and IPMI messages, including keyed hashes and encryption.
 *
 * <p>The package uses no I/O, no clock and no random numbers. A decoder of bytes from outside throws {@link
 * org.novametal.bmc.ipmi.codec.MalformedMessageException} and nothing else. Section numbers are those of the "Intelligent
 * Platform Management Interface Specification Second Generation v2.0", revision 1.1.
 */
@NullMarked
package org.novametal.bmc.ipmi.codec;

import org.jspecify.annotations.NullMarked;
