/**
 * RMCP, RMCP+ and IPMI messages: records to bytes and back.
 */
@NullMarked
package org.novametal.bmc.ipmi.codec;

import org.jspecify.annotations.NullMarked;
